package dev.meridian.deploy.settings;

import dev.meridian.controlplane.ControlPlaneConfig.Peer;
import dev.meridian.deploy.settings.Settings.Role;
import dev.meridian.deploy.settings.Settings.TagReads;
import dev.meridian.model.RegionId;
import dev.meridian.node.auth.AuthSettings;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What must hold between settings; all that does not is reported at once. */
final class SettingRules {

  private static final List<Setting<HostAndPort>> OWN_ADDRESSES =
      List.of(
          Settings.HTTP_ADDR, Settings.INTERNAL_ADDR, Settings.METADATA_ADDR, Settings.RAFT_ADDR);
  private static final List<Setting<Duration>> SPANS =
      List.of(
          Settings.RAFT_ROUND_TRIP,
          Settings.UPLOADS_EXPIRY,
          Settings.LINK_LIFE,
          Settings.DOOMED_GRACE,
          Settings.PRESIGN,
          Settings.PUSH_WAIT,
          Settings.SCRUB_INTERVAL,
          Settings.AUTH_TOKEN_LIFE);
  private static final long SMALLEST_PART = 5 << 20;
  private static final long LARGEST_PART = 5L << 30;
  private static final Duration LONGEST_PRESIGN = Duration.ofDays(7);
  private static final Duration LONGEST_TOKEN = Duration.ofHours(24);
  private static final int LONGEST_HISTORY = 10_000;
  private static final String LOOPBACK_ONLY =
      " is not an address of this host: expected one of 127.0.0.0/8, ::1 or localhost, or tls.ca,"
          + " tls.certificate and tls.key, by which processes know one another";

  private final WrittenSettings written;
  private final TlsRules tls;
  private final Set<String> problems = new LinkedHashSet<>();

  SettingRules(WrittenSettings written) {
    this.written = written;
    this.tls = new TlsRules(written);
  }

  /**
   * Checks all rules.
   *
   * @throws ConfigException with every rule that does not hold, and every value that is missing
   */
  void check() throws ConfigException {
    for (Rule rule :
        List.<Rule>of(
            () -> written.get(Settings.CLUSTER),
            () -> written.get(Settings.REGION),
            () -> written.get(Settings.DATA),
            this::roles,
            () -> problems.addAll(tls.problems()),
            this::ownAddresses,
            this::peers,
            this::storage,
            this::routing,
            this::reads,
            this::tags,
            this::replication,
            this::auth,
            this::spans,
            this::sizes)) {
      try {
        rule.check();
      } catch (ConfigException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
  }

  private interface Rule {
    void check() throws ConfigException;
  }

  private void roles() throws ConfigException {
    List<Role> roles = written.get(Settings.ROLES);
    if (roles.isEmpty() || new HashSet<>(roles).size() < roles.size()) {
      refuse(Settings.ROLES, "expected control-plane, node or both, each once");
    }
  }

  private void ownAddresses() throws ConfigException {
    Set<HostAndPort> taken = new HashSet<>();
    for (Setting<HostAndPort> setting : OWN_ADDRESSES) {
      HostAndPort address = written.get(setting);
      if (address.port() != 0 && !taken.add(address)) {
        refuse(setting, address + " is used twice: expected an address of its own");
      }
      if (setting != Settings.HTTP_ADDR && isTooFar(address)) {
        refuse(setting, address + LOOPBACK_ONLY);
      }
    }
    if (written.get(Settings.INTERNAL_ADDR).isWildcard()
        && written.get(Settings.INTERNAL_ADVERTISE).isEmpty()) {
      refuse(
          Settings.INTERNAL_ADVERTISE,
          "is missing: expected host:port as other nodes reach it, since internal.addr names no"
              + " host");
    }
    written
        .get(Settings.INTERNAL_ADVERTISE)
        .filter(this::isTooFar)
        .ifPresent(address -> refuse(Settings.INTERNAL_ADVERTISE, address + LOOPBACK_ONLY));
  }

  /** Other hosts are talked to only when one knows who they are. */
  private boolean isTooFar(HostAndPort address) {
    return !tls.isMutual() && !address.isLoopback();
  }

  private void peers() throws ConfigException {
    List<Peer> peers = written.get(Settings.PEERS);
    Set<Object> taken = new HashSet<>();
    for (Peer peer : peers) {
      for (Object one : List.of(peer.region(), peer.raftAddress(), peer.grpcAddress())) {
        if (!taken.add(one)) {
          refuse(Settings.PEERS, one + " is given twice: expected one peer for each region");
        }
      }
      for (String address : List.of(peer.raftAddress(), peer.grpcAddress())) {
        if (isTooFar(HostAndPort.parse(address))) {
          refuse(Settings.PEERS, address + LOOPBACK_ONLY);
        }
      }
    }
    if (peers.isEmpty()) {
      refuse(Settings.PEERS, "is empty: expected the metadata servers of all regions");
    } else if (written.get(Settings.ROLES).contains(Role.CONTROL_PLANE)) {
      ownPeer(peers);
    }
  }

  private void ownPeer(List<Peer> peers) throws ConfigException {
    Peer own =
        new Peer(
            written.get(Settings.REGION),
            written.get(Settings.RAFT_ADDR).toString(),
            written.get(Settings.METADATA_ADDR).toString());
    if (!peers.contains(own)) {
      refuse(
          Settings.PEERS,
          "this metadata server is not among them: expected {region: "
              + own.region()
              + ", raft: \""
              + own.raftAddress()
              + "\", grpc: \""
              + own.grpcAddress()
              + "\"}, as region, metadata.raft.addr and metadata.addr say");
    }
  }

  private void storage() throws ConfigException {
    boolean filesystem = written.has(Settings.FILESYSTEM_ROOT);
    boolean s3 = written.hasSection("storage.s3");
    if (filesystem && s3) {
      refuse(Settings.FILESYSTEM_ROOT, "storage.s3 is given too: expected one of the two");
    } else if (s3) {
      s3();
    } else if (!filesystem && written.get(Settings.ROLES).contains(Role.NODE)) {
      refuse(Settings.FILESYSTEM_ROOT, "is missing: expected a path, or the section storage.s3");
    }
  }

  private void s3() throws ConfigException {
    for (Setting<String> setting :
        List.of(Settings.S3_BUCKET, Settings.S3_ACCESS_KEY, Settings.S3_SECRET_KEY)) {
      if (!written.has(setting)) {
        refuse(setting, "is missing: expected " + setting.type().expected());
      }
    }
    if (written.get(Settings.S3_ENDPOINT).isEmpty() && written.get(Settings.S3_REGION).isEmpty()) {
      refuse(
          Settings.S3_ENDPOINT,
          "is missing: expected host:port of the storage, or storage.s3.region for Amazon S3");
    }
  }

  private void routing() throws ConfigException {
    if (written.get(Settings.ROUTING_HEADER).isPresent()
        && written.get(Settings.ROUTING_TRUSTED).isEmpty()) {
      refuse(
          Settings.ROUTING_TRUSTED,
          "is missing: expected the networks of the load balancers that set routing.header");
    }
    requireOnce(Settings.ROUTING_NETWORKS);
    requireOnce(Settings.ROUTING_COORDINATES);
    RegionId own = written.get(Settings.REGION);
    boolean placed =
        written.get(Settings.ROUTING_COORDINATES).stream()
            .anyMatch(region -> region.getKey().equals(own));
    if (written.has(Settings.ROUTING_DATABASE) && !placed) {
      refuse(
          Settings.ROUTING_COORDINATES,
          "this region is not among them: routing.database needs all regions, as in "
              + own
              + "=53.3,-6.2");
    }
  }

  private <K, V> void requireOnce(Setting<List<Map.Entry<K, V>>> setting) throws ConfigException {
    Set<K> given = new HashSet<>();
    for (Map.Entry<K, V> each : written.get(setting)) {
      if (!given.add(each.getKey())) {
        refuse(setting, each.getKey() + " is given twice: expected once");
      }
    }
  }

  private void reads() throws ConfigException {
    boolean bounded = written.get(Settings.READS_TAGS) == TagReads.BOUNDED;
    if (bounded != written.get(Settings.READS_STALENESS).isPositive()) {
      refuse(
          Settings.READS_STALENESS,
          bounded
              ? "is missing: expected how old a tag may be, such as 5s, with reads.tags: bounded"
              : "expected 0s, or reads.tags: bounded");
    }
  }

  private void tags() throws ConfigException {
    int history = written.get(Settings.TAGS_HISTORY);
    if (history < 1 || history > LONGEST_HISTORY) {
      refuse(Settings.TAGS_HISTORY, "expected 1 to " + LONGEST_HISTORY + " changes of a tag");
    }
  }

  private void auth() throws ConfigException {
    Duration life = written.get(Settings.AUTH_TOKEN_LIFE);
    if (life.compareTo(AuthSettings.SHORTEST_LIFE) < 0 || life.compareTo(LONGEST_TOKEN) > 0) {
      refuse(
          Settings.AUTH_TOKEN_LIFE,
          "is not from 60s to 24h: clients take a token for 60 s when nothing is said of it");
    }
  }

  private void replication() throws ConfigException {
    if (written.get(Settings.REPLICATION_CONCURRENCY) < 1) {
      refuse(Settings.REPLICATION_CONCURRENCY, "expected at least 1 copy at a time");
    }
  }

  private void spans() throws ConfigException {
    for (Setting<Duration> setting : SPANS) {
      if (!written.get(setting).isPositive()) {
        refuse(setting, "expected more than 0s");
      }
    }
    Duration presign = written.get(Settings.PRESIGN);
    if (presign.compareTo(LONGEST_PRESIGN) > 0) {
      refuse(Settings.PRESIGN, "expected at most 168h, the longest that S3 allows");
    }
    if (written.get(Settings.DOOMED_GRACE).compareTo(presign.multipliedBy(2)) < 0) {
      refuse(Settings.DOOMED_GRACE, "expected at least twice objects.presign");
    }
  }

  private void sizes() throws ConfigException {
    long part = written.get(Settings.UPLOADS_PART_SIZE).bytes();
    if (part < SMALLEST_PART || part > LARGEST_PART) {
      refuse(Settings.UPLOADS_PART_SIZE, "expected 5MiB to 5GiB, the parts that S3 takes");
    }
    if (written.get(Settings.UPLOADS_SPOOL_LIMIT).bytes() < 2 * part) {
      refuse(Settings.UPLOADS_SPOOL_LIMIT, "expected at least twice uploads.partsize");
    }
  }

  private void refuse(Setting<?> setting, String reason) {
    problems.addAll(written.refused(setting, reason).problems());
  }
}
