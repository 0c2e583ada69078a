package dev.meridian.deploy.settings;

import dev.meridian.controlplane.ControlPlaneConfig.Peer;
import dev.meridian.model.ByteSize;
import dev.meridian.model.RegionId;
import dev.meridian.node.NodeConfig.Redirect;
import dev.meridian.node.limits.RateLimit;
import dev.meridian.node.routing.Coordinates;
import dev.meridian.node.routing.Network;
import dev.meridian.tls.ClusterCertificates;
import dev.meridian.tls.HttpCertificate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every setting there is. The nouns are those of CNCF Distribution where the meaning is the same.
 * README.md describes them; the tables are compared by a test.
 */
final class Settings {

  /** What a process can be. */
  enum Role {
    CONTROL_PLANE,
    NODE
  }

  /** Who may use the registry. */
  enum Logins {
    /** Who is granted it, and everybody what is public. */
    REQUIRED,
    /** Everybody, for everything. */
    OFF
  }

  /** How tags are read. */
  enum TagReads {
    LINEARIZABLE,
    BOUNDED
  }

  static final Setting<String> CLUSTER = Setting.of("cluster", SettingType.CLUSTER);
  static final Setting<RegionId> REGION = Setting.of("region", SettingType.REGION);
  static final Setting<List<Role>> ROLES =
      Setting.of("roles", SettingType.listOf(SettingType.oneOf(Role.class)), "control-plane,node");
  static final Setting<Path> DATA = Setting.of("data", SettingType.PATH);

  static final Setting<HostAndPort> HTTP_ADDR =
      Setting.of("http.addr", SettingType.ADDRESS, "127.0.0.1:5000");
  static final Setting<String> HTTP_HOST = Setting.of("http.host", SettingType.TEXT, "");
  static final Setting<Optional<URI>> HTTP_ADVERTISE =
      Setting.of("http.advertise", SettingType.OPTIONAL_URL, "");
  static final Setting<Duration> HTTP_DRAIN_TIMEOUT =
      Setting.of("http.draintimeout", SettingType.DURATION, "20s");
  static final Setting<Boolean> HTTP_PLAIN_TEXT =
      Setting.of("http.plaintext", SettingType.BOOLEAN, "false");
  static final Setting<Path> HTTP_TLS_CERTIFICATE =
      Setting.of(HttpCertificate.CERTIFICATE, SettingType.PATH);
  static final Setting<Path> HTTP_TLS_KEY = Setting.of(HttpCertificate.KEY, SettingType.PATH);

  static final Setting<Path> TLS_CA = Setting.of(ClusterCertificates.CA, SettingType.PATH);
  static final Setting<Path> TLS_CERTIFICATE =
      Setting.of(ClusterCertificates.CERTIFICATE, SettingType.PATH);
  static final Setting<Path> TLS_KEY = Setting.of(ClusterCertificates.KEY, SettingType.PATH);

  static final Setting<HostAndPort> INTERNAL_ADDR =
      Setting.of("internal.addr", SettingType.ADDRESS, "127.0.0.1:5100");
  static final Setting<Optional<HostAndPort>> INTERNAL_ADVERTISE =
      Setting.of("internal.advertise", SettingType.OPTIONAL_ADDRESS, "");

  static final Setting<HostAndPort> METADATA_ADDR =
      Setting.of("metadata.addr", SettingType.ADDRESS, "127.0.0.1:5200");
  static final Setting<HostAndPort> RAFT_ADDR =
      Setting.of("metadata.raft.addr", SettingType.ADDRESS, "127.0.0.1:5300");
  static final Setting<Duration> RAFT_ROUND_TRIP =
      Setting.of("metadata.raft.roundtrip", SettingType.DURATION, "100ms");
  static final Setting<List<Peer>> PEERS = Setting.of("metadata.peers", SettingType.PEERS);

  static final Setting<Path> FILESYSTEM_ROOT =
      Setting.of("storage.filesystem.rootdirectory", SettingType.PATH);
  static final Setting<String> S3_ENDPOINT =
      Setting.of("storage.s3.regionendpoint", SettingType.TEXT, "");
  static final Setting<String> S3_REDIRECT_ENDPOINT =
      Setting.of("storage.s3.redirectendpoint", SettingType.TEXT, "");
  static final Setting<String> S3_REGION = Setting.of("storage.s3.region", SettingType.TEXT, "");
  static final Setting<String> S3_BUCKET = Setting.of("storage.s3.bucket", SettingType.NONEMPTY);
  static final Setting<String> S3_ACCESS_KEY =
      Setting.of("storage.s3.accesskey", SettingType.NONEMPTY);
  static final Setting<String> S3_SECRET_KEY =
      Setting.of("storage.s3.secretkey", SettingType.NONEMPTY);
  static final Setting<Boolean> S3_PATH_STYLE =
      Setting.of("storage.s3.forcepathstyle", SettingType.BOOLEAN, "true");
  static final Setting<Boolean> S3_SECURE =
      Setting.of("storage.s3.secure", SettingType.BOOLEAN, "true");
  static final Setting<Redirect> REDIRECT =
      Setting.of("storage.redirect", SettingType.oneOf(Redirect.class), "auto");

  static final Setting<Optional<String>> ROUTING_HEADER =
      Setting.of("routing.header", SettingType.OPTIONAL_HEADER, "");
  static final Setting<List<Network>> ROUTING_TRUSTED =
      Setting.of("routing.trusted", SettingType.listOf(SettingType.NETWORK), "");
  static final Setting<List<Map.Entry<Network, RegionId>>> ROUTING_NETWORKS =
      Setting.of("routing.networks", SettingType.listOf(SettingType.NETWORK_OF_REGION), "");
  static final Setting<Path> ROUTING_DATABASE = Setting.of("routing.database", SettingType.PATH);
  static final Setting<List<Map.Entry<RegionId, Coordinates>>> ROUTING_COORDINATES =
      Setting.of("routing.coordinates", SettingType.COORDINATES, "");

  static final Setting<TagReads> READS_TAGS =
      Setting.of("reads.tags", SettingType.oneOf(TagReads.class), "linearizable");
  static final Setting<Duration> READS_STALENESS =
      Setting.of("reads.staleness", SettingType.DURATION, "0s");

  static final Setting<Integer> TAGS_HISTORY = Setting.of("tags.history", SettingType.COUNT, "100");

  static final Setting<Duration> UPLOADS_EXPIRY =
      Setting.of("uploads.expiry", SettingType.DURATION, "24h");
  static final Setting<ByteSize> UPLOADS_IN_MEMORY =
      Setting.of("uploads.inmemory", SettingType.SIZE, "1MiB");
  static final Setting<ByteSize> UPLOADS_PART_SIZE =
      Setting.of("uploads.partsize", SettingType.SIZE, "8MiB");
  static final Setting<Path> UPLOADS_SPOOL = Setting.of("uploads.spool", SettingType.PATH);
  static final Setting<ByteSize> UPLOADS_SPOOL_LIMIT =
      Setting.of("uploads.spoollimit", SettingType.SIZE, "20GiB");

  static final Setting<Duration> LINK_LIFE =
      Setting.of("objects.linklife", SettingType.DURATION, "24h");
  static final Setting<Duration> DOOMED_GRACE =
      Setting.of("objects.doomedgrace", SettingType.DURATION, "2h");
  static final Setting<Duration> PRESIGN =
      Setting.of("objects.presign", SettingType.DURATION, "15m");

  static final Setting<Duration> PUSH_WAIT = Setting.of("push.wait", SettingType.DURATION, "50s");

  static final Setting<Integer> REPLICATION_CONCURRENCY =
      Setting.of("replication.concurrency", SettingType.COUNT, "8");
  static final Setting<ByteSize> REPLICATION_BANDWIDTH =
      Setting.of("replication.bandwidth", SettingType.SIZE, "0B");
  static final Setting<ByteSize> SCRUB_RATE =
      Setting.of("replication.scrubrate", SettingType.SIZE, "8MiB");
  static final Setting<Duration> SCRUB_INTERVAL =
      Setting.of("replication.scrubinterval", SettingType.DURATION, "720h");

  static final Setting<Logins> AUTH_LOGINS =
      Setting.of("auth.logins", SettingType.oneOf(Logins.class), "required");
  static final Setting<String> AUTH_SERVICE =
      Setting.of("auth.service", SettingType.CLUSTER, "meridian");
  static final Setting<Optional<URI>> AUTH_REALM =
      Setting.of("auth.realm", SettingType.OPTIONAL_URL, "");
  static final Setting<Duration> AUTH_TOKEN_LIFE =
      Setting.of("auth.tokenlife", SettingType.DURATION, "5m");
  static final Setting<Duration> ACCESS_DISCONNECTED =
      Setting.of("access.disconnected", SettingType.DURATION, "5m");
  static final Setting<Optional<RateLimit>> LIMITS_ANONYMOUS_PULLS =
      Setting.of("limits.anonymous.pulls", SettingType.OPTIONAL_LIMIT, "");
  static final Setting<Optional<RateLimit>> LIMITS_ANONYMOUS_REQUESTS =
      Setting.of("limits.anonymous.requests", SettingType.OPTIONAL_LIMIT, "");
  static final Setting<Optional<RateLimit>> LIMITS_AUTHENTICATED_PULLS =
      Setting.of("limits.authenticated.pulls", SettingType.OPTIONAL_LIMIT, "");
  static final Setting<Optional<RateLimit>> LIMITS_AUTHENTICATED_REQUESTS =
      Setting.of("limits.authenticated.requests", SettingType.OPTIONAL_LIMIT, "");
  static final Setting<Optional<RateLimit>> LIMITS_LOGINS =
      Setting.of("limits.logins", SettingType.OPTIONAL_LIMIT, "10/1m");

  static final Setting<LogSettings.Level> LOG_LEVEL =
      Setting.of("log.level", SettingType.oneOf(LogSettings.Level.class), "info");
  static final Setting<LogSettings.Format> LOG_FORMAT =
      Setting.of("log.format", SettingType.oneOf(LogSettings.Format.class), "json");

  static final List<Setting<?>> ALL =
      List.of(
          CLUSTER,
          REGION,
          ROLES,
          DATA,
          HTTP_ADDR,
          HTTP_HOST,
          HTTP_ADVERTISE,
          HTTP_DRAIN_TIMEOUT,
          HTTP_PLAIN_TEXT,
          HTTP_TLS_CERTIFICATE,
          HTTP_TLS_KEY,
          TLS_CA,
          TLS_CERTIFICATE,
          TLS_KEY,
          INTERNAL_ADDR,
          INTERNAL_ADVERTISE,
          METADATA_ADDR,
          RAFT_ADDR,
          RAFT_ROUND_TRIP,
          PEERS,
          FILESYSTEM_ROOT,
          S3_ENDPOINT,
          S3_REDIRECT_ENDPOINT,
          S3_REGION,
          S3_BUCKET,
          S3_ACCESS_KEY,
          S3_SECRET_KEY,
          S3_PATH_STYLE,
          S3_SECURE,
          REDIRECT,
          ROUTING_HEADER,
          ROUTING_TRUSTED,
          ROUTING_NETWORKS,
          ROUTING_DATABASE,
          ROUTING_COORDINATES,
          READS_TAGS,
          READS_STALENESS,
          TAGS_HISTORY,
          UPLOADS_EXPIRY,
          UPLOADS_IN_MEMORY,
          UPLOADS_PART_SIZE,
          UPLOADS_SPOOL,
          UPLOADS_SPOOL_LIMIT,
          LINK_LIFE,
          DOOMED_GRACE,
          PRESIGN,
          PUSH_WAIT,
          REPLICATION_CONCURRENCY,
          REPLICATION_BANDWIDTH,
          SCRUB_RATE,
          SCRUB_INTERVAL,
          AUTH_LOGINS,
          AUTH_SERVICE,
          AUTH_REALM,
          AUTH_TOKEN_LIFE,
          ACCESS_DISCONNECTED,
          LIMITS_ANONYMOUS_PULLS,
          LIMITS_ANONYMOUS_REQUESTS,
          LIMITS_AUTHENTICATED_PULLS,
          LIMITS_AUTHENTICATED_REQUESTS,
          LIMITS_LOGINS,
          LOG_LEVEL,
          LOG_FORMAT);

  private Settings() {}
}
