package dev.meridian.deploy.settings;

import dev.meridian.controlplane.ControlPlaneConfig;
import dev.meridian.controlplane.ControlPlaneConfig.Peer;
import dev.meridian.deploy.settings.Settings.Logins;
import dev.meridian.deploy.settings.Settings.Role;
import dev.meridian.deploy.settings.Settings.TagReads;
import dev.meridian.model.RegionId;
import dev.meridian.node.NodeConfig;
import dev.meridian.node.auth.AuthSettings;
import dev.meridian.node.limits.LimitSettings;
import dev.meridian.node.routing.RoutingSettings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The configuration file of a process. Every value can be overridden by a variable; what is not
 * understood is refused, with the place and what was expected, and nothing is started.
 */
public final class ConfigFile {

  private final WrittenSettings written;
  private final TlsRules tls;

  private ConfigFile(WrittenSettings written) {
    this.written = written;
    this.tls = new TlsRules(written);
  }

  /**
   * Reads and checks a file.
   *
   * @param environment the variables of the process
   * @throws ConfigException with all that is wrong with it
   */
  public static ProcessConfig read(Path file, Map<String, String> environment)
      throws ConfigException {
    String yaml;
    try {
      yaml = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": there is no such file");
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + ": is not a text in UTF-8");
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + e);
    }
    return parse(file.toString(), yaml, environment);
  }

  /** As {@link #read}; {@code file} only names it in messages. */
  public static ProcessConfig parse(String file, String yaml, Map<String, String> environment)
      throws ConfigException {
    ConfigFile config =
        new ConfigFile(WrittenSettings.of(file, YamlReader.parse(file, yaml), environment));
    new SettingRules(config.written).check();
    return config.process();
  }

  private ProcessConfig process() throws ConfigException {
    List<Role> roles = written.get(Settings.ROLES);
    return new ProcessConfig(
        written.get(Settings.CLUSTER),
        written.get(Settings.REGION),
        written.get(Settings.HTTP_ADDR),
        tls.http(),
        roles.contains(Role.CONTROL_PLANE) ? Optional.of(controlPlane()) : Optional.empty(),
        roles.contains(Role.NODE) ? Optional.of(node()) : Optional.empty(),
        new LogSettings(written.get(Settings.LOG_LEVEL), written.get(Settings.LOG_FORMAT)));
  }

  private ControlPlaneConfig controlPlane() throws ConfigException {
    return new ControlPlaneConfig(
        written.get(Settings.CLUSTER),
        written.get(Settings.REGION),
        written.get(Settings.DATA),
        written.get(Settings.METADATA_ADDR).toString(),
        written.get(Settings.RAFT_ADDR).toString(),
        written.get(Settings.RAFT_ROUND_TRIP),
        written.get(Settings.PEERS),
        written.get(Settings.LINK_LIFE),
        written.get(Settings.TAGS_HISTORY),
        tls.cluster(),
        written.get(Settings.AUTH_LOGINS) == Logins.REQUIRED,
        written.get(Settings.ACCESS_DISCONNECTED));
  }

  private NodeConfig node() throws ConfigException {
    return new NodeConfig(
        written.get(Settings.CLUSTER),
        written.get(Settings.REGION),
        new NodeConfig.Http(
            written.get(Settings.HTTP_ADDR).toString(),
            given(written.get(Settings.HTTP_HOST)),
            written.get(Settings.HTTP_ADVERTISE),
            written.get(Settings.HTTP_DRAIN_TIMEOUT),
            tls.http()),
        new NodeConfig.Internal(
            written.get(Settings.INTERNAL_ADDR).toString(),
            written.get(Settings.INTERNAL_ADVERTISE).map(HostAndPort::toString),
            tls.cluster()),
        metadataServers(),
        storage(),
        new NodeConfig.Routing(written.get(Settings.REDIRECT), clients()),
        new NodeConfig.Reads(staleness()),
        new NodeConfig.Uploads(
            written.get(Settings.UPLOADS_EXPIRY),
            written.get(Settings.UPLOADS_IN_MEMORY),
            written.get(Settings.UPLOADS_PART_SIZE),
            written.has(Settings.UPLOADS_SPOOL)
                ? written.get(Settings.UPLOADS_SPOOL)
                : written.get(Settings.DATA).resolve("spool"),
            written.get(Settings.UPLOADS_SPOOL_LIMIT)),
        new NodeConfig.Objects(
            written.get(Settings.LINK_LIFE),
            written.get(Settings.DOOMED_GRACE),
            written.get(Settings.PRESIGN)),
        new NodeConfig.Replication(
            written.get(Settings.PUSH_WAIT),
            written.get(Settings.REPLICATION_CONCURRENCY),
            written.get(Settings.REPLICATION_BANDWIDTH),
            written.get(Settings.SCRUB_RATE),
            written.get(Settings.SCRUB_INTERVAL)),
        new NodeConfig.Access(
            new AuthSettings(
                written.get(Settings.AUTH_LOGINS) == Logins.REQUIRED,
                written.get(Settings.AUTH_SERVICE),
                written.get(Settings.AUTH_REALM),
                written.get(Settings.AUTH_TOKEN_LIFE),
                written.get(Settings.ACCESS_DISCONNECTED)),
            limits()));
  }

  private LimitSettings limits() throws ConfigException {
    return new LimitSettings(
        new LimitSettings.Classes(
            written.get(Settings.LIMITS_ANONYMOUS_PULLS),
            written.get(Settings.LIMITS_ANONYMOUS_REQUESTS)),
        new LimitSettings.Classes(
            written.get(Settings.LIMITS_AUTHENTICATED_PULLS),
            written.get(Settings.LIMITS_AUTHENTICATED_REQUESTS)),
        written.get(Settings.LIMITS_LOGINS));
  }

  /** The region's own metadata server first: it answers without leaving the region. */
  private List<String> metadataServers() throws ConfigException {
    RegionId own = written.get(Settings.REGION);
    List<Peer> peers = written.get(Settings.PEERS);
    return Stream.concat(
            peers.stream().filter(peer -> peer.region().equals(own)),
            peers.stream().filter(peer -> !peer.region().equals(own)))
        .map(Peer::grpcAddress)
        .toList();
  }

  private Duration staleness() throws ConfigException {
    return written.get(Settings.READS_TAGS) == TagReads.BOUNDED
        ? written.get(Settings.READS_STALENESS)
        : Duration.ZERO;
  }

  private NodeConfig.Storage storage() throws ConfigException {
    if (written.has(Settings.FILESYSTEM_ROOT)) {
      return new NodeConfig.Storage.Filesystem(written.get(Settings.FILESYSTEM_ROOT));
    }
    return new NodeConfig.Storage.S3(
        endpoint(),
        given(written.get(Settings.S3_REDIRECT_ENDPOINT)),
        written.get(Settings.S3_REGION),
        written.get(Settings.S3_BUCKET),
        written.get(Settings.S3_ACCESS_KEY),
        written.get(Settings.S3_SECRET_KEY),
        written.get(Settings.S3_PATH_STYLE),
        written.get(Settings.S3_SECURE));
  }

  private RoutingSettings clients() throws ConfigException {
    return new RoutingSettings(
        written.get(Settings.ROUTING_HEADER),
        written.get(Settings.ROUTING_TRUSTED),
        map(written.get(Settings.ROUTING_NETWORKS)),
        written.has(Settings.ROUTING_DATABASE)
            ? Optional.of(written.get(Settings.ROUTING_DATABASE))
            : Optional.empty(),
        map(written.get(Settings.ROUTING_COORDINATES)));
  }

  private static <K, V> Map<K, V> map(List<Map.Entry<K, V>> entries) {
    return entries.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private String endpoint() throws ConfigException {
    return given(written.get(Settings.S3_ENDPOINT))
        .orElse("s3." + written.get(Settings.S3_REGION) + ".amazonaws.com");
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
