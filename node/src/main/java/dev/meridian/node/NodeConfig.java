package dev.meridian.node;

import dev.meridian.model.ByteSize;
import dev.meridian.model.RegionId;
import dev.meridian.node.auth.AuthSettings;
import dev.meridian.node.limits.LimitSettings;
import dev.meridian.node.routing.RoutingSettings;
import dev.meridian.tls.ClusterCertificates;
import dev.meridian.tls.HttpCertificate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a node.
 *
 * @param cluster name of the cluster, checked on every connection
 * @param metadataServers host:port of metadata servers' gRPC, the region's own first
 * @param limits how often clients may ask
 */
public record NodeConfig(
    String cluster,
    RegionId region,
    Http http,
    Internal internal,
    List<String> metadataServers,
    Storage storage,
    Routing routing,
    Reads reads,
    Uploads uploads,
    Objects objects,
    Replication replication,
    Access access) {

  public NodeConfig {
    metadataServers = List.copyOf(metadataServers);
  }

  /**
   * The public listener.
   *
   * @param addr host:port; port 0 takes a free one
   * @param host the name that clients use, when it is not that of their request
   * @param advertise URL at which clients of other regions reach this region's nodes
   * @param drainTimeout how long requests in flight may take after a stop was asked for, and how
   *     long a node takes new ones after an operator drained it
   * @param tls its certificate; empty: plain text
   */
  public record Http(
      String addr,
      Optional<String> host,
      Optional<URI> advertise,
      Duration drainTimeout,
      Optional<HttpCertificate> tls) {}

  /**
   * Within the cluster: the listener for other nodes, and who this node is to them and to metadata
   * servers.
   *
   * @param addr host:port
   * @param advertise host:port as other nodes reach it; empty: {@code addr}
   * @param tls by which they know one another; empty: plain text, on this host only
   */
  public record Internal(
      String addr, Optional<String> advertise, Optional<ClusterCertificates> tls) {}

  /** Where the region's blobs are. */
  public sealed interface Storage {

    /** A directory of this host. */
    record Filesystem(Path rootDirectory) implements Storage {}

    /**
     * A bucket. The endpoints are host:port or a URL.
     *
     * @param redirectEndpoint the storage's name for clients, when it is another one
     */
    record S3(
        String regionEndpoint,
        Optional<String> redirectEndpoint,
        String region,
        String bucket,
        String accessKey,
        String secretKey,
        boolean forcePathStyle,
        boolean secure)
        implements Storage {}
  }

  /**
   * Where clients get blobs from.
   *
   * @param redirect whether they are sent elsewhere
   * @param clients how it is told where they are
   */
  public record Routing(Redirect redirect, RoutingSettings clients) {}

  /** Whether a blob GET is answered with the URL of storage or of a nearer region. */
  public enum Redirect {
    ALWAYS,
    NEVER,
    /** Where it does no harm (DESIGN, "Pull"). */
    AUTO
  }

  /**
   * How tags are read.
   *
   * @param staleness at most so old; zero: linearizable
   */
  public record Reads(Duration staleness) {}

  /**
   * Pushes.
   *
   * @param expiry life of an upload session in cluster time
   * @param inMemory blobs up to this are held in memory and written with one request
   * @param partSize of larger ones; it grows with the blob
   * @param spool directory of parts on their way
   * @param spoolLimit of that directory
   */
  public record Uploads(
      Duration expiry, ByteSize inMemory, ByteSize partSize, Path spool, ByteSize spoolLimit) {}

  /**
   * Objects.
   *
   * @param linkLife how long a blob that no manifest references stays, in cluster time
   * @param doomedGrace how long a doomed object stays readable for those who were promised it
   * @param presign life of a presigned URL
   */
  public record Objects(Duration linkLife, Duration doomedGrace, Duration presign) {}

  /**
   * Copies of blobs in this region. What is limited is shared by the region's nodes.
   *
   * @param pushWait how long a manifest waits for the copies that its policy asks for
   * @param concurrency copies at a time; of blobs up to 1 MiB sixteen count as one
   * @param bandwidth bytes a second of copies that nobody waits for; 0: no limit
   * @param scrubRate bytes a second of copies that are read again to be compared; 0: none are
   * @param scrubInterval a copy is read again when it was last compared so long ago
   */
  public record Replication(
      Duration pushWait,
      int concurrency,
      ByteSize bandwidth,
      ByteSize scrubRate,
      Duration scrubInterval) {}

  /** Who may use the registry, and how much. */
  public record Access(AuthSettings logins, LimitSettings limits) {}
}
