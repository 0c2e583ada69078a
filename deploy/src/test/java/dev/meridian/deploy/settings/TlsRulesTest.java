package dev.meridian.deploy.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.meridian.controlplane.cli.certs.CertificateAuthority;
import dev.meridian.controlplane.cli.certs.CertificateOrder;
import dev.meridian.controlplane.cli.certs.PemFiles;
import dev.meridian.tls.ClusterCertificates;
import dev.meridian.tls.HttpCertificate;
import dev.meridian.tls.PeerRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsRulesTest {

  private static final String YAML =
      """
      cluster: demo
      region: us-east
      data: data
      http: {addr: "0.0.0.0:5000"}
      internal: {addr: "0.0.0.0:5100", advertise: "us.example:5100"}
      metadata:
        addr: "us.example:5200"
        raft: {addr: "us.example:5300"}
        peers:
          - {region: us-east, raft: "us.example:5300", grpc: "us.example:5200"}
          - {region: eu-west, raft: "eu.example:5300", grpc: "eu.example:5200"}
      storage: {filesystem: {rootdirectory: blobs}}
      """;

  @TempDir private Path directory;
  private CertificateAuthority authority;

  @BeforeEach
  void makeAnAuthority() throws Exception {
    authority = CertificateAuthority.create(directory, "demo", InstantSource.system());
  }

  private PemFiles issue(CertificateAuthority signer, String name, PeerRole... roles)
      throws Exception {
    PemFiles files = PemFiles.in(directory, name);
    signer.issue(
        new CertificateOrder(name, Set.of(roles), List.of("us.example"), Duration.ofDays(30)),
        files);
    return files;
  }

  private Map<String, String> variables(PemFiles http, PemFiles cluster) {
    return Map.of(
        "MERIDIAN_HTTP_TLS_CERTIFICATE", http.certificate().toString(),
        "MERIDIAN_HTTP_TLS_KEY", http.key().toString(),
        "MERIDIAN_TLS_CA", directory.resolve("ca.crt").toString(),
        "MERIDIAN_TLS_CERTIFICATE", cluster.certificate().toString(),
        "MERIDIAN_TLS_KEY", cluster.key().toString());
  }

  private static List<String> problems(Map<String, String> environment) {
    return catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.parse("f", YAML, environment))
        .problems();
  }

  @Test
  void processesThatKnowOneAnotherMayListenEverywhere() throws Exception {
    PemFiles http = issue(authority, "http");
    PemFiles both = issue(authority, "us-1", PeerRole.NODE, PeerRole.SERVER);

    ProcessConfig config = ConfigFile.parse("f", YAML, variables(http, both));

    ClusterCertificates cluster =
        new ClusterCertificates(directory.resolve("ca.crt"), both.certificate(), both.key());
    assertThat(config.httpTls()).contains(new HttpCertificate(http.certificate(), http.key()));
    assertThat(config.node().orElseThrow().http().tls()).isEqualTo(config.httpTls());
    assertThat(config.node().orElseThrow().internal().tls()).contains(cluster);
    assertThat(config.controlPlane().orElseThrow().tls()).contains(cluster);
  }

  @Test
  void plainTextIsForThisHostUnlessItIsAskedFor() {
    List<String> problems = problems(Map.of());

    assertThat(problems)
        .contains(
            "f:4: http.addr: 0.0.0.0:5000 is reached from other hosts, in plain text: expected"
                + " http.tls.certificate and http.tls.key, or http.plaintext: true where a load"
                + " balancer ends TLS")
        .anyMatch(problem -> problem.startsWith("f:5: internal.addr: 0.0.0.0:5100 is not"))
        .anyMatch(problem -> problem.startsWith("f:7: metadata.addr: us.example:5200 is not"))
        .anyMatch(problem -> problem.contains("metadata.raft.addr: us.example:5300 is not"))
        .anyMatch(problem -> problem.contains("metadata.peers: eu.example:5300 is not"));
    assertThat(problems(Map.of("MERIDIAN_HTTP_PLAINTEXT", "true")))
        .noneMatch(problem -> problem.contains("http.addr"));
  }

  @Test
  void filesBelongTogether() throws Exception {
    PemFiles both = issue(authority, "us-1", PeerRole.NODE, PeerRole.SERVER);

    assertThat(
            problems(
                Map.of(
                    "MERIDIAN_HTTP_TLS_CERTIFICATE", both.certificate().toString(),
                    "MERIDIAN_TLS_KEY", both.key().toString())))
        .contains(
            "f: http.tls.key: is missing: expected all or none of http.tls.certificate,"
                + " http.tls.key",
            "f: tls.ca: is missing: expected all or none of tls.ca, tls.certificate, tls.key",
            "f: tls.certificate: is missing: expected all or none of tls.ca, tls.certificate,"
                + " tls.key");
  }

  @Test
  void saysWhichFileIsNotFit() throws Exception {
    PemFiles http = issue(authority, "http");
    PemFiles node = issue(authority, "node", PeerRole.NODE);
    PemFiles absent = PemFiles.in(directory, "absent");

    assertThat(problems(variables(absent, node)))
        .containsExactlyInAnyOrder(
            "MERIDIAN_HTTP_TLS_CERTIFICATE: http.tls.certificate: "
                + absent.certificate()
                + " does not exist",
            "MERIDIAN_TLS_CERTIFICATE: tls.certificate: "
                + node.certificate()
                + " has meridian://demo/node/node among its names: expected"
                + " meridian://demo/server/NAME, since this process is a server of the cluster"
                + " demo");
    assertThat(problems(variables(new PemFiles(http.certificate(), node.key()), node)))
        .contains(
            "MERIDIAN_HTTP_TLS_KEY: http.tls.key: "
                + node.key()
                + " is not the key of the certificate in "
                + http.certificate());
    Map<String, String> asNode = new HashMap<>(variables(http, node));
    asNode.put("MERIDIAN_ROLES", "node");
    assertThat(ConfigFile.parse("f", YAML, asNode).controlPlane()).isEmpty();
  }

  @Test
  void refusesCertificatesThatHaveExpiredOrAreOfAnotherCluster() throws Exception {
    InstantSource lastYear = InstantSource.fixed(Instant.now().minus(Duration.ofDays(365)));
    PemFiles old =
        issue(
            CertificateAuthority.create(directory.resolve("old"), "demo", lastYear),
            "old",
            PeerRole.NODE,
            PeerRole.SERVER);
    PemFiles other =
        issue(
            CertificateAuthority.create(directory.resolve("other"), "prod", InstantSource.system()),
            "other",
            PeerRole.NODE,
            PeerRole.SERVER);
    PemFiles http = issue(authority, "http");

    assertThat(problems(variables(http, old)))
        .singleElement()
        .asString()
        .startsWith(
            "MERIDIAN_TLS_CERTIFICATE: tls.certificate: " + old.certificate() + " has expired at ");
    assertThat(problems(variables(http, other)))
        .singleElement()
        .asString()
        .contains("has meridian://prod/node/other, meridian://prod/server/other among its names");
    Files.writeString(directory.resolve("ca.crt"), "");
    assertThat(problems(variables(http, other)))
        .singleElement()
        .asString()
        .contains("tls.ca: " + directory.resolve("ca.crt") + " holds no certificate");
  }

  @Test
  void aNodeSaysWhereOthersReachIt() {
    Map<String, String> nowhere =
        Map.of("MERIDIAN_INTERNAL_ADVERTISE", "", "MERIDIAN_INTERNAL_ADDR", "[::]:5100");

    assertThat(problems(nowhere))
        .contains(
            "MERIDIAN_INTERNAL_ADVERTISE: internal.advertise: is missing: expected host:port as"
                + " other nodes reach it, since internal.addr names no host");
  }
}
