package dev.meridian.deploy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.meridian.controlplane.ControlPlaneConfig.Peer;
import dev.meridian.model.ByteSize;
import dev.meridian.model.RegionId;
import dev.meridian.node.NodeConfig;
import dev.meridian.node.limits.LimitSettings;
import dev.meridian.node.limits.RateLimit;
import dev.meridian.node.routing.Coordinates;
import dev.meridian.node.routing.Network;
import dev.meridian.node.routing.RoutingSettings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

  private static final String COMPLETE =
      """
      cluster: demo
      region: us-east
      roles: [control-plane, node]
      data: ./data/us-east
      http:
        addr: "127.0.0.1:6000"
        host: "registry.example"
        advertise: "https://us.registry.example:8443"
        draintimeout: 5s
      internal: {addr: "127.0.0.1:6100", advertise: "localhost:6100"}
      metadata:
        addr: "127.0.0.1:6200"
        raft: {addr: "127.0.0.1:6300", roundtrip: 250ms}
        peers:
          - {region: eu-west, raft: "127.0.0.1:6301", grpc: "127.0.0.1:6201"}
          - {region: us-east, raft: "127.0.0.1:6300", grpc: "127.0.0.1:6200"}
      storage:
        s3:
          regionendpoint: "127.0.0.1:9000"
          redirectendpoint: "https://blobs.example"
          region: us-east-1
          bucket: blobs
          accesskey: AK
          secretkey: 0123
          forcepathstyle: false
          secure: false
        redirect: always
      routing:
        header: X-Client-Region
        trusted: [10.9.0.0/24]
        networks: ["10.1.0.0/16=eu-west", "2001:db8::/32 = us-east"]
        database: /var/lib/GeoLite2-City.mmdb
        coordinates: ["eu-west=53.3,-6.2", "us-east=39,-77.5"]
      reads: {tags: bounded, staleness: 2s}
      tags: {history: 500}
      uploads: {expiry: 1h30m, inmemory: 2MiB, partsize: 16MiB, spool: /tmp/spool, spoollimit: 1GiB}
      objects: {linklife: 48h, doomedgrace: 3h, presign: 10m}
      limits:
        anonymous: {pulls: 100/6h, requests: 3000/1m}
        authenticated: {pulls: 200/6h}
        logins: 5/30s
      log: {level: debug, format: text}
      """;
  private static final String SHORTEST =
      """
      cluster: demo
      region: us-east
      data: data
      metadata: {peers: [{region: us-east, raft: "127.0.0.1:5300", grpc: "127.0.0.1:5200"}]}
      storage: {filesystem: {rootdirectory: blobs}}
      """;

  @Test
  void readsEverySetting() throws ConfigException {
    ProcessConfig config = ConfigFile.parse("us-east.yaml", COMPLETE, Map.of());

    assertThat(config.cluster()).isEqualTo("demo");
    assertThat(config.http()).isEqualTo(new HostAndPort("127.0.0.1", 6000));
    assertThat(config.log())
        .isEqualTo(new LogSettings(LogSettings.Level.DEBUG, LogSettings.Format.TEXT));
    assertThat(config.controlPlane())
        .hasValueSatisfying(server -> {
          assertThat(server.cluster()).isEqualTo("demo");
          assertThat(server.data()).isEqualTo(Path.of("./data/us-east"));
          assertThat(server.grpcAddress()).isEqualTo("127.0.0.1:6200");
          assertThat(server.raftAddress()).isEqualTo("127.0.0.1:6300");
          assertThat(server.roundTrip()).isEqualTo(Duration.ofMillis(250));
          assertThat(server.linkLife()).isEqualTo(Duration.ofHours(48));
          assertThat(server.tagHistory()).isEqualTo(500);
          assertThat(server.peers())
              .contains(new Peer(new RegionId("eu-west"), "127.0.0.1:6301", "127.0.0.1:6201"));
        });
    NodeConfig node = config.node().orElseThrow();
    assertThat(node.http())
        .isEqualTo(
            new NodeConfig.Http(
                "127.0.0.1:6000",
                Optional.of("registry.example"),
                Optional.of(URI.create("https://us.registry.example:8443")),
                Duration.ofSeconds(5),
                Optional.empty()));
    assertThat(node.internal())
        .isEqualTo(
            new NodeConfig.Internal(
                "127.0.0.1:6100", Optional.of("localhost:6100"), Optional.empty()));
    assertThat(node.storage())
        .isEqualTo(
            new NodeConfig.Storage.S3(
                "127.0.0.1:9000",
                Optional.of("https://blobs.example"),
                "us-east-1",
                "blobs",
                "AK",
                "0123",
                false,
                false));
    assertThat(node.routing())
        .isEqualTo(
            new NodeConfig.Routing(
                NodeConfig.Redirect.ALWAYS,
                new RoutingSettings(
                    Optional.of("X-Client-Region"),
                    List.of(Network.parse("10.9.0.0/24")),
                    Map.of(
                        Network.parse("10.1.0.0/16"), new RegionId("eu-west"),
                        Network.parse("2001:db8::/32"), new RegionId("us-east")),
                    Optional.of(Path.of("/var/lib/GeoLite2-City.mmdb")),
                    Map.of(
                        new RegionId("eu-west"), new Coordinates(53.3, -6.2),
                        new RegionId("us-east"), new Coordinates(39, -77.5)))));
    assertThat(node.reads()).isEqualTo(new NodeConfig.Reads(Duration.ofSeconds(2)));
    assertThat(node.uploads())
        .isEqualTo(
            new NodeConfig.Uploads(
                Duration.ofMinutes(90),
                ByteSize.mebibytes(2),
                ByteSize.mebibytes(16),
                Path.of("/tmp/spool"),
                ByteSize.gibibytes(1)));
    assertThat(node.objects())
        .isEqualTo(
            new NodeConfig.Objects(
                Duration.ofHours(48), Duration.ofHours(3), Duration.ofMinutes(10)));
  }

  @Test
  void asksTheMetadataServerOfItsOwnRegionFirst() throws ConfigException {
    NodeConfig node = ConfigFile.parse("f", COMPLETE, Map.of()).node().orElseThrow();

    assertThat(node.metadataServers()).containsExactly("127.0.0.1:6200", "127.0.0.1:6201");
  }

  @Test
  void fillsInTheDocumentedDefaults() throws ConfigException {
    ProcessConfig config = ConfigFile.parse("f", SHORTEST, Map.of());

    assertThat(config.log())
        .isEqualTo(new LogSettings(LogSettings.Level.INFO, LogSettings.Format.JSON));
    assertThat(config.controlPlane().orElseThrow().roundTrip()).isEqualTo(Duration.ofMillis(100));
    assertThat(config.controlPlane().orElseThrow().tagHistory()).isEqualTo(100);
    NodeConfig node = config.node().orElseThrow();
    assertThat(node.http())
        .isEqualTo(
            new NodeConfig.Http(
                "127.0.0.1:5000",
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(20),
                Optional.empty()));
    assertThat(node.routing())
        .isEqualTo(new NodeConfig.Routing(NodeConfig.Redirect.AUTO, RoutingSettings.NONE));
    assertThat(node.internal())
        .isEqualTo(new NodeConfig.Internal("127.0.0.1:5100", Optional.empty(), Optional.empty()));
    assertThat(node.storage()).isEqualTo(new NodeConfig.Storage.Filesystem(Path.of("blobs")));
    assertThat(node.reads().staleness()).isZero();
    assertThat(node.uploads())
        .isEqualTo(
            new NodeConfig.Uploads(
                Duration.ofHours(24),
                ByteSize.mebibytes(1),
                ByteSize.mebibytes(8),
                Path.of("data/spool"),
                ByteSize.gibibytes(20)));
    assertThat(node.objects())
        .isEqualTo(
            new NodeConfig.Objects(
                Duration.ofHours(24), Duration.ofHours(2), Duration.ofMinutes(15)));
  }

  @Test
  void overridesValuesByVariables() throws ConfigException {
    ProcessConfig config =
        ConfigFile.parse(
            "f",
            SHORTEST,
            Map.of(
                "MERIDIAN_HTTP_ADDR", "0.0.0.0:80",
                "MERIDIAN_HTTP_PLAINTEXT", "true",
                "MERIDIAN_ROLES", "control-plane",
                "MERIDIAN_METADATA_RAFT_ADDR", "127.0.0.1:7300",
                "MERIDIAN_METADATA_PEERS",
                    "us-east/127.0.0.1:7300/127.0.0.1:5200, eu-west/[::1]:7301/localhost:7201",
                "HOME", "/root"));

    assertThat(config.node()).isEmpty();
    assertThat(config.http()).hasToString("0.0.0.0:80");
    assertThat(config.controlPlane().orElseThrow().peers())
        .containsExactly(
            new Peer(new RegionId("us-east"), "127.0.0.1:7300", "127.0.0.1:5200"),
            new Peer(new RegionId("eu-west"), "[::1]:7301", "localhost:7201"));
  }

  @Test
  void readsListsOfVariablesAlsoWhereItemsHoldCommas() throws ConfigException {
    ProcessConfig config =
        ConfigFile.parse(
            "f",
            SHORTEST,
            Map.of(
                "MERIDIAN_ROUTING_TRUSTED", "",
                "MERIDIAN_ROUTING_NETWORKS", "10.1.0.0/16=eu-west, 10.2.0.0/16=us-east",
                "MERIDIAN_ROUTING_COORDINATES", "eu-west=53.3,-6.2, us-east=39, -77.5"));

    RoutingSettings clients = config.node().orElseThrow().routing().clients();
    assertThat(clients.trusted()).isEmpty();
    assertThat(clients.networks())
        .containsOnlyKeys(Network.parse("10.1.0.0/16"), Network.parse("10.2.0.0/16"));
    assertThat(clients.coordinates())
        .containsEntry(new RegionId("eu-west"), new Coordinates(53.3, -6.2))
        .containsEntry(new RegionId("us-east"), new Coordinates(39, -77.5));
  }

  @Test
  void readsLimits() throws ConfigException {
    LimitSettings limits =
        ConfigFile.parse("f", COMPLETE, Map.of()).node().orElseThrow().access().limits();

    assertThat(limits)
        .isEqualTo(
            new LimitSettings(
                new LimitSettings.Classes(
                    Optional.of(new RateLimit(100, Duration.ofHours(6))),
                    Optional.of(new RateLimit(3000, Duration.ofMinutes(1)))),
                new LimitSettings.Classes(
                    Optional.of(new RateLimit(200, Duration.ofHours(6))), Optional.empty()),
                Optional.of(new RateLimit(5, Duration.ofSeconds(30)))));
  }

  @Test
  void limitsOnlyFailedLoginsUnlessToldTo() throws ConfigException {
    RateLimit ten = new RateLimit(10, Duration.ofMinutes(1));

    assertThat(ConfigFile.parse("f", SHORTEST, Map.of()).node().orElseThrow().access().limits())
        .isEqualTo(
            new LimitSettings(
                LimitSettings.Classes.NONE, LimitSettings.Classes.NONE, Optional.of(ten)));
    assertThat(
            ConfigFile.parse("f", SHORTEST, Map.of("MERIDIAN_LIMITS_LOGINS", ""))
                .node()
                .orElseThrow()
                .access()
                .limits())
        .isEqualTo(LimitSettings.NONE);
  }

  @Test
  void leavesVariablesOfOthersAlone() throws ConfigException {
    Map<String, String> others =
        Map.of(
            "MERIDIAN_SERVER", "127.0.0.1:5200",
            "MERIDIAN_CONTEXT", "demo",
            "MERIDIAN_CONTEXTS", "contexts.yaml",
            "MERIDIANTEST_S3_ENDPOINT", "x",
            "MERIDIAN_SERVICE_HOST", "10.0.0.1",
            "MERIDIAN_HTTP_PORT", "tcp://10.0.0.1:80",
            "MERIDIAN_PORT_5000_TCP_ADDR", "10.0.0.1");

    assertThat(ConfigFile.parse("f", SHORTEST, others)).isNotNull();
  }

  @Test
  void refusesUnknownVariable() {
    assertThat(problems(SHORTEST, Map.of("MERIDIAN_HTTP_PORT", "80")))
        .singleElement()
        .asString()
        .startsWith("MERIDIAN_HTTP_PORT: unknown variable")
        .contains("MERIDIAN_HTTP_ADDR");
  }

  @Test
  void namesTheVariableOfAWrongValue() {
    assertThat(problems(SHORTEST, Map.of("MERIDIAN_OBJECTS_PRESIGN", "15")))
        .containsExactly(
            "MERIDIAN_OBJECTS_PRESIGN: objects.presign: '15' is not valid:"
                + " expected a number and a unit, such as 50ms, 10s or 168h");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http: {port: 5000} | f:6: http.port: unknown key: expected one of addr, advertise,"
            + " draintimeout, host",
        "htpp: 1 | f:6: htpp: unknown key: expected one of access, auth, cluster, data, http",
        "http: 5000 | f:6: http: a single value is not valid: expected a section with addr",
        "http: {addr: 5000} | f:6: http.addr: '5000' is not valid: expected host:port",
        "http: {addr: [a]} | f:6: http.addr: a list is not valid: expected host:port",
        "http: {addr: 'a:70000'} | f:6: http.addr: 'a:70000' is not valid: expected host:port",
        "http: {draintimeout: 20} | f:6: http.draintimeout: '20' is not valid: expected a number",
        "http: {draintimeout: 20sec} | f:6: http.draintimeout: '20sec' is not valid",
        "uploads: {partsize: 8} | f:6: uploads.partsize: '8' is not valid: expected a number and",
        "uploads: {partsize: 1MiB} | f:6: uploads.partsize: expected 5MiB to 5GiB",
        "uploads: {spoollimit: 9MiB} | f:6: uploads.spoollimit: expected at least twice",
        "roles: node | f:6: roles: a single value is not valid: expected a list",
        "roles: [nodes] | f:6: roles[0]: 'nodes' is not valid: expected control-plane or node",
        "roles: [] | f:6: roles: expected control-plane, node or both",
        "roles: [node, node] | f:6: roles: expected control-plane, node or both",
        "region: eu | f:6: 'region' is given twice: expected once",
        "internal: {addr: '10.0.0.1:5100'} | f:6: internal.addr: 10.0.0.1:5100 is not an address",
        "internal: {advertise: 'node-1:5100'} | f:6: internal.advertise: node-1:5100 is not an",
        "internal: {addr: '127.0.0.1:5000'} | f:6: internal.addr: 127.0.0.1:5000 is used twice",
        "http: {advertise: 'eu.example'} | f:6: http.advertise: 'eu.example' is not valid: expected"
            + " nothing, or http:// or https://, a host",
        "http: {advertise: 'https://eu.example/v2'} | f:6: http.advertise: 'https://eu.example/v2'"
            + " is not valid",
        "http: {advertise: 'https://my_host'} | f:6: http.advertise: 'https://my_host' is not"
            + " valid",
        "routing: {header: 'X Region'} | f:6: routing.header: 'X Region' is not valid: expected"
            + " nothing, or the name of a header",
        "routing: {header: X-Region} | f: routing.trusted: is missing: expected the networks",
        "routing: {trusted: ['10.1.0.1/8']} | f:6: routing.trusted[0]: '10.1.0.1/8' is not valid:"
            + " expected a network, such as 10.0.0.0/8",
        "routing: {trusted: ['10.1/16']} | f:6: routing.trusted[0]: '10.1/16' is not valid",
        "routing: {trusted: ['10.1.*.*']} | f:6: routing.trusted[0]: '10.1.*.*' is not valid",
        "routing: {trusted: [lb.example]} | f:6: routing.trusted[0]: 'lb.example' is not valid",
        "routing: {networks: ['10.1.0.0/16']} | f:6: routing.networks[0]: '10.1.0.0/16' is not"
            + " valid: expected a network and its region, such as 10.1.0.0/16=eu-west",
        "routing: {networks: ['10.1.0.0/16=EU']} | f:6: routing.networks[0]: '10.1.0.0/16=EU' is"
            + " not valid",
        "routing: {networks: ['::/0=a', '0::/0=b']} | f:6: routing.networks: ::/0 is given twice",
        "routing: {database: /x} | f: routing.coordinates: this region is not among them:"
            + " routing.database needs all regions, as in us-east=53.3,-6.2",
        "routing: {coordinates: ['eu=91,0']} | f:6: routing.coordinates[0]: 'eu=91,0' is not valid:"
            + " expected a region and its latitude",
        "reads: {tags: bounded} | f: reads.staleness: is missing: expected how old",
        "reads: {staleness: 2s} | f:6: reads.staleness: expected 0s, or reads.tags: bounded",
        "reads: {tags: eventual} | f:6: reads.tags: 'eventual' is not valid: expected bounded or",
        "tags: {history: 0} | f:6: tags.history: expected 1 to 10000 changes of a tag",
        "tags: {history: 10001} | f:6: tags.history: expected 1 to 10000",
        "tags: {history: all} | f:6: tags.history: 'all' is not valid: expected a number, such as",
        "objects: {presign: 200h} | f:6: objects.presign: expected at most 168h",
        "objects: {doomedgrace: 29m} | f:6: objects.doomedgrace: expected at least twice",
        "objects: {linklife: 0s} | f:6: objects.linklife: expected more than 0s",
        "limits: {logins: 10} | f:6: limits.logins: '10' is not valid: expected nothing, or a"
            + " number in at least 1s and at most 366d, such as 100/6h or 3000/1m",
        "limits: {logins: 0/1m} | f:6: limits.logins: '0/1m' is not valid",
        "limits: {logins: -1/1m} | f:6: limits.logins: '-1/1m' is not valid",
        "limits: {logins: 10/1500ms} | f:6: limits.logins: '10/1500ms' is not valid",
        "limits: {logins: 10/0s} | f:6: limits.logins: '10/0s' is not valid",
        "limits: {logins: 10/m} | f:6: limits.logins: '10/m' is not valid",
        "limits: {anonymous: {pulls: 1/400d}} | f:6: limits.anonymous.pulls: '1/400d' is not valid",
        "limits: {anonymous: 10/1m} | f:6: limits.anonymous: a single value is not valid",
        "log: {format: xml} | f:6: log.format: 'xml' is not valid: expected json or text",
        "log: *x | f:6: an alias ('*x'): expected the value itself",
        "log: [1 | f:6: not valid YAML: expected ',' or ']'",
        "--- {} | f:6: a second document: expected only one",
      })
  void refusesWhatItDoesNotUnderstand(String line, String expected) {
    assertThat(problems(SHORTEST + line + "\n", Map.of()))
        .anySatisfy(problem -> assertThat(problem).startsWith(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cluster | f: cluster: is missing: expected a name",
        "region | f: region: is missing: expected a region's name",
        "data | f: data: is missing: expected a path",
        "metadata | f: metadata.peers: is missing: expected a list, each {region: us-east, raft:",
        "storage | f: storage.filesystem.rootdirectory: is missing: expected a path, or the"
            + " section",
      })
  void refusesFileWithout(String key, String expected) {
    String without = SHORTEST.replaceAll("(?m)^" + key + ":.*\n", "");

    assertThat(problems(without, Map.of())).singleElement().asString().startsWith(expected);
  }

  @Test
  void namesTheFieldOfAPeer() {
    assertThat(problems(SHORTEST.replace("127.0.0.1:5200", "here"), Map.of()))
        .singleElement()
        .asString()
        .startsWith("f:4: metadata.peers[0].grpc: 'here' is not valid: expected host:port");
    assertThat(problems(SHORTEST.replace("grpc:", "rpc:"), Map.of()))
        .singleElement()
        .asString()
        .startsWith("f:4: metadata.peers[0].rpc: the key is not valid: expected {region:");
  }

  @Test
  void refusesPeersWithoutThisServer() {
    assertThat(problems(SHORTEST.replace("127.0.0.1:5300", "127.0.0.1:5301"), Map.of()))
        .singleElement()
        .asString()
        .startsWith("f:4: metadata.peers: this metadata server is not among them: expected {");
  }

  @Test
  void refusesPeersBeyondThisHostWithoutMutualTls() {
    String remote = SHORTEST.replace("127.0.0.1:5200", "10.0.0.1:5200");

    assertThat(problems(remote, Map.of("MERIDIAN_ROLES", "node")))
        .singleElement()
        .asString()
        .contains("10.0.0.1:5200 is not an address of this host")
        .contains("tls.ca, tls.certificate and tls.key");
  }

  @Test
  void refusesTwoStores() {
    String both = SHORTEST.replace("storage: {", "storage: {s3: {bucket: b}, ");

    assertThat(problems(both, Map.of()))
        .containsExactly(
            "f:5: storage.filesystem.rootdirectory: storage.s3 is given too: expected one of the"
                + " two");
  }

  @Test
  void namesAllThatS3Lacks() {
    String s3 = SHORTEST.replaceAll("filesystem.*", "s3: {secure: false}}");

    assertThat(problems(s3, Map.of()))
        .hasSize(4)
        .anySatisfy(problem -> assertThat(problem).startsWith("f: storage.s3.bucket: is missing"))
        .anySatisfy(
            problem -> assertThat(problem).startsWith("f: storage.s3.regionendpoint: is missing"));
  }

  @Test
  void neverShowsTheSecretKey() {
    String wrong = COMPLETE.replace("secure: false", "secure: perhaps");

    assertThat(problems(wrong, Map.of())).singleElement().asString().doesNotContain("0123");
  }

  @Test
  void reportsAllThatIsWrongAtOnce() {
    assertThat(problems("cluster: a b\nregion: US\nroles: [x]\nextra: 1\n", Map.of())).hasSize(4);
  }

  @Test
  void refusesWhatIsNotAFile(@TempDir Path directory) throws Exception {
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe});

    assertThat(refused(directory.resolve("absent.yaml"))).contains("there is no such file");
    assertThat(refused(directory)).contains("cannot be read");
    assertThat(refused(binary)).contains("not a text in UTF-8");
    assertThat(refused(Files.writeString(directory.resolve("empty"), ""))).contains("is empty");
    assertThat(refused(Files.writeString(directory.resolve("list"), "[a]")))
        .contains("list:1: expected keys with values");
  }

  private static String refused(Path file) {
    return catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file, Map.of()))
        .getMessage();
  }

  private static List<String> problems(String yaml, Map<String, String> environment) {
    return catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.parse("f", yaml, environment))
        .problems();
  }
}
