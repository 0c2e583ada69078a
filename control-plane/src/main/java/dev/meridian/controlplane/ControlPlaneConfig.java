package dev.meridian.controlplane;

import dev.meridian.model.RegionId;
import dev.meridian.tls.ClusterCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a metadata server.
 *
 * @param cluster name of the cluster, checked on every connection
 * @param data directory of the Raft log and the store
 * @param grpcAddress host:port of the metadata and admin services
 * @param raftAddress host:port of the Raft peer
 * @param roundTrip the largest between two regions; election time-outs follow from it
 * @param peers the voters, this one included
 * @param linkLife how long a blob that no manifest references stays, in cluster time
 * @param tagHistory how many changes of a tag are kept at least, 1 to 10,000
 * @param tls who this server is, to nodes and to other servers; empty: plain text, on this host
 *     only
 * @param loginsRequired who asks for something shows who they are, and may only what they are
 *     granted; else everybody may everything
 * @param disconnected how long accounts count as they are known here while no quorum is in reach
 */
public record ControlPlaneConfig(
    String cluster,
    RegionId region,
    Path data,
    String grpcAddress,
    String raftAddress,
    Duration roundTrip,
    List<Peer> peers,
    Duration linkLife,
    int tagHistory,
    Optional<ClusterCertificates> tls,
    boolean loginsRequired,
    Duration disconnected) {

  public ControlPlaneConfig {
    peers = List.copyOf(peers);
  }

  /** A metadata server of the cluster; addresses are host:port. */
  public record Peer(RegionId region, String raftAddress, String grpcAddress) {}
}
