package dev.meridian.controlplane.prepare;

import dev.meridian.model.RegionId;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.ExpiredLink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/** Commands that metadata servers propose on their own, each under a fresh id. */
public final class SystemCommands {

  /** The principal is {@code system:<region>}. */
  public SystemCommands(
      RegionId region, LongSupplier revision, InstantSource clock, Duration linkLife) {}

  /** Gives the cluster its id, name and first key for upload tokens. */
  public Command bootstrap(String clusterId, String clusterName, byte[] uploadKey) {
    throw new UnsupportedOperationException();
  }

  /** Advances cluster time. */
  public Command tick(Duration elapsed) {
    throw new UnsupportedOperationException();
  }

  /**
   * A node is there, and the server of this region holds its session; the address is host:port of
   * its internal listener.
   */
  public Command joinNode(String nodeId, RegionId nodeRegion, String internalAddress) {
    throw new UnsupportedOperationException();
  }

  /** A node is gone. */
  public Command leaveNode(String nodeId) {
    throw new UnsupportedOperationException();
  }

  /** Drops links that expired. */
  public Command collect(List<ExpiredLink> links) {
    throw new UnsupportedOperationException();
  }
}
