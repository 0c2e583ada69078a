package dev.meridian.node.metadata;

import dev.meridian.model.RegionId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cluster as the metadata plane last described it.
 *
 * @param clusterId of {@code Meridian-Revision}
 * @param clusterTimeMillis cluster time when the description came
 * @param uploadKeys sign upload tokens, the newest first; tokens under any of them are good
 * @param drainedRegions those that clients are not to be sent to
 * @param publicUrls where clients reach the nodes of a region, of those that say so
 * @param signingKeys sign tokens of access, the newest first; tokens under any of them are good
 */
public record Membership(
    String clusterId,
    long clusterTimeMillis,
    List<Member> nodes,
    List<byte[]> uploadKeys,
    Set<RegionId> drainedRegions,
    Map<RegionId, URI> publicUrls,
    List<SigningKey> signingKeys) {

  public Membership {
    nodes = List.copyOf(nodes);
    uploadKeys = List.copyOf(uploadKeys);
    drainedRegions = Set.copyOf(drainedRegions);
    publicUrls = Map.copyOf(publicUrls);
    signingKeys = List.copyOf(signingKeys);
  }

  /** One whose regions do not say where clients reach them, without keys for tokens of access. */
  public Membership(
      String clusterId,
      long clusterTimeMillis,
      List<Member> nodes,
      List<byte[]> uploadKeys,
      Set<RegionId> drainedRegions) {
    this(clusterId, clusterTimeMillis, nodes, uploadKeys, drainedRegions, Map.of(), List.of());
  }

  /**
   * A key pair on P-256.
   *
   * @param privateKey PKCS #8
   * @param publicKey X.509 SubjectPublicKeyInfo
   * @param activeFromMillis cluster time from which on it signs
   */
  public record SigningKey(String id, byte[] privateKey, byte[] publicKey, long activeFromMillis) {}

  /**
   * A live node.
   *
   * @param internalAddress host:port of its internal listener
   * @param drained an operator wants it to take no new work
   */
  public record Member(String nodeId, RegionId region, String internalAddress, boolean drained) {

    /** One that is not drained. */
    public Member(String nodeId, RegionId region, String internalAddress) {
      this(nodeId, region, internalAddress, false);
    }
  }

  /**
   * What a node tells of itself now and then.
   *
   * @param publicUrl where clients of other regions reach the nodes of its region
   * @param distances round trips to other regions, as far as they are known
   * @param copying what it has copied into its region
   * @param place where its region is, if it is told so
   */
  public record Report(
      Optional<URI> publicUrl,
      Map<RegionId, Duration> distances,
      Copying copying,
      Optional<Place> place) {

    /** One that tells nothing. */
    public static final Report NONE =
        new Report(Optional.empty(), Map.of(), Copying.NONE, Optional.empty());

    public Report {
      distances = Map.copyOf(distances);
    }
  }

  /**
   * Of a region, in degrees.
   *
   * @param latitude north positive
   * @param longitude east positive
   */
  public record Place(double latitude, double longitude) {}

  /**
   * Copies that a node has made since its start.
   *
   * @param bytes of these
   * @param errors copies that failed
   * @param bytesPerSecond over the last half minute
   */
  public record Copying(long blobs, long bytes, long errors, long bytesPerSecond) {
    public static final Copying NONE = new Copying(0, 0, 0, 0);
  }

  /** The live nodes of a region. */
  public List<Member> nodesIn(RegionId region) {
    return nodes.stream().filter(node -> node.region().equals(region)).toList();
  }
}
