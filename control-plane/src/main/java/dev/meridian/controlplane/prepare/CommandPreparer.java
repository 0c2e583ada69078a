package dev.meridian.controlplane.prepare;

import dev.meridian.proto.metadata.ExecuteRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** Turns requests of nodes into commands. */
public final class CommandPreparer {

  /**
   * @param revision the store's present revision
   * @param linkLife how long a link that no manifest references lives, in cluster time
   */
  public CommandPreparer(LongSupplier revision, InstantSource clock, Duration linkLife) {}

  /** Checks the request and fills in what is not deterministic. */
  public PreparedCommand prepare(ExecuteRequest request) {
    throw new UnsupportedOperationException("prepare " + request);
  }
}
