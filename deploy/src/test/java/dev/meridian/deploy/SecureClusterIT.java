package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.cli.certs.CertificateAuthority;
import dev.meridian.controlplane.cli.certs.CertificateOrder;
import dev.meridian.controlplane.cli.certs.PemFiles;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.RaftServiceGrpc;
import dev.meridian.proto.metadata.CheckQuorumRequest;
import dev.meridian.proto.metadata.IntroduceRequest;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.PeerServiceGrpc;
import dev.meridian.tls.PeerRole;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractBlockingStub;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three regions that know one another by certificates, as {@code meridian dev --secure} has them;
 * but whoever comes as a client needs no login, so that certificates alone decide.
 */
class SecureClusterIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<RegionId> REGIONS =
      Stream.of("us-east", "eu-west", "ap-south").map(RegionId::parse).toList();
  private static final String PING =
      "GET /internal/ping HTTP/1.1\r\nHost: x\r\nmeridian-cluster: dev\r\n\r\n";

  @TempDir private static Path directory;

  private static DevCluster.Options options;
  private static DevCluster cluster;
  private static Path authority;
  private static CertificateAuthority own;
  private static CertificateAuthority foreign;

  @BeforeAll
  static void start() throws Exception {
    options =
        new DevCluster.Options(
            REGIONS,
            DevPorts.free(3),
            directory.resolve("data"),
            Map.of("MERIDIAN_AUTH_LOGINS", "off"),
            true);
    cluster = DevCluster.start(options, region -> {});
    authority = options.certificates().authority();
    own = CertificateAuthority.open(directory.resolve("data/tls"), InstantSource.system());
    foreign =
        CertificateAuthority.create(
            directory.resolve("foreign"), "foreign", InstantSource.system());
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
  }

  /** Shows a new certificate of these roles. */
  private static TlsClient as(CertificateAuthority signer, String name, PeerRole... roles)
      throws IOException {
    PemFiles files = PemFiles.in(directory.resolve("clients-" + signer.cluster()), name);
    if (!files.exist()) {
      signer.issue(
          new CertificateOrder(
              name, Set.copyOf(Arrays.asList(roles)), List.of("localhost"), Duration.ofDays(1)),
          files);
    }
    return TlsClient.showing(authority, files);
  }

  private static TlsClient node() throws IOException {
    return as(own, "a-node", PeerRole.NODE);
  }

  private static TlsClient server() throws IOException {
    return as(own, "a-server", PeerRole.SERVER);
  }

  private static TlsClient operator() throws IOException {
    return as(own, "an-operator", PeerRole.OPERATOR);
  }

  private static TlsClient anonymous() {
    return TlsClient.anonymous(authority);
  }

  @Test
  void servesClientsOverHttp2AndHttp1() throws Exception {
    for (HttpClient.Version version : HttpClient.Version.values()) {
      try (HttpClient http = anonymous().http(version);
          RegistryClient here = new RegistryClient(http, options.url(REGIONS.get(0)));
          RegistryClient there = new RegistryClient(http, options.url(REGIONS.get(2)))) {
        TestImage image = TestImage.of(version.ordinal() + 1, 3 << 20);
        String tag = version.name().toLowerCase(Locale.ROOT);
        here.push("demo/app", tag, image);

        assertThat(there.resolve("demo/app", tag)).isEqualTo(image.digest());
        byte[] layer =
            Eventually.get(PATIENCE, () -> there.blob("demo/app", TestImage.digest(image.layer())));
        assertThat(layer).isEqualTo(image.layer());
        HttpResponse<String> answer =
            http.send(
                HttpRequest.newBuilder(URI.create(here.url() + "/v2/")).build(),
                BodyHandlers.ofString());
        assertThat(answer.version()).isEqualTo(version);
      }
    }
  }

  /** Chunks of unknown length, through a region that passes them on. */
  @Test
  void uploadsOverHttp2WithoutLengthsByWayOfAnotherRegion() throws Exception {
    byte[] blob = TestImage.of(7, 3 << 20).layer();
    try (HttpClient http = anonymous().http(HttpClient.Version.HTTP_2)) {
      RegistryClient here = new RegistryClient(http, options.url(REGIONS.get(0)));
      String location = here.startUpload("demo/streamed");
      HttpResponse<String> patched =
          Eventually.get(
              PATIENCE,
              () -> {
                HttpResponse<String> answer =
                    http.send(
                        HttpRequest.newBuilder(URI.create(options.url(REGIONS.get(1)) + location))
                            .method(
                                "PATCH",
                                HttpRequest.BodyPublishers.ofInputStream(
                                    () -> new ByteArrayInputStream(blob)))
                            .build(),
                        BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
                return answer;
              });
      String next = patched.headers().firstValue("Location").orElseThrow();
      HttpResponse<String> put =
          http.send(
              HttpRequest.newBuilder(
                      URI.create(
                          options.url(REGIONS.get(2)) + next + "?digest=" + TestImage.digest(blob)))
                  .PUT(HttpRequest.BodyPublishers.noBody())
                  .build(),
              BodyHandlers.ofString());
      assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
      assertThat(here.blob("demo/streamed", TestImage.digest(blob))).isEqualTo(blob);
    }
  }

  @Test
  void clientsInPlainTextGetNothing() throws Exception {
    try (RegistryClient plain = RegistryClient.of("http://" + options.address(REGIONS.get(0)))) {
      assertThatThrownBy(() -> plain.tryUpload("demo/app")).isInstanceOf(IOException.class);
    }
  }

  @Test
  void nodesTalkToNodesOfTheClusterOnly() throws Exception {
    String internal = options.ports().internal(0);

    assertThat(node().firstByte(internal, "http/1.1", PING)).isEqualTo('H');
    for (TlsClient other :
        List.of(
            anonymous(),
            server(),
            operator(),
            as(own, "a-listener"),
            as(foreign, "a-node", PeerRole.NODE))) {
      assertThatThrownBy(() -> other.firstByte(internal, "http/1.1", PING))
          .as(other.shown().toString())
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void raftTalksToServersOfTheClusterOnly() throws Exception {
    String raft = options.ports().raft(0);
    String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    assertThat(server().firstByte(raft, "h2", preface)).isNotNegative();
    for (TlsClient other :
        List.of(anonymous(), node(), operator(), as(foreign, "a-server", PeerRole.SERVER))) {
      assertThatThrownBy(
              () -> {
                int first = other.firstByte(raft, "h2", preface);
                assertThat(first).as("a connection that ends").isNegative();
                throw new SSLException("closed");
              })
          .as(other.shown().toString())
          .isInstanceOf(IOException.class);
    }
  }

  private interface Call {
    void on(Channel channel);
  }

  private static final Call METADATA =
      channel ->
          bounded(MetadataServiceGrpc.newBlockingStub(channel))
              .checkQuorum(CheckQuorumRequest.getDefaultInstance());
  private static final Call PEERS =
      channel ->
          bounded(PeerServiceGrpc.newBlockingStub(channel))
              .introduce(IntroduceRequest.getDefaultInstance());
  private static final Call ADMIN =
      channel ->
          bounded(RaftServiceGrpc.newBlockingStub(channel))
              .getRaftStatus(GetRaftStatusRequest.getDefaultInstance());

  private static <S extends AbstractBlockingStub<S>> S bounded(S stub) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("meridian-cluster", Metadata.ASCII_STRING_MARSHALLER), "dev");
    return stub.withDeadlineAfter(10, TimeUnit.SECONDS)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** OK, or why not. */
  private static Code called(TlsClient client, Call call) {
    ManagedChannel channel = Grpc.newChannelBuilder(options.ports().grpc(1), client.grpc()).build();
    try {
      call.on(channel);
      return Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void eachServiceIsForItsRoles() throws Exception {
    assertThat(called(node(), METADATA)).isEqualTo(Code.OK);
    assertThat(called(server(), METADATA)).isEqualTo(Code.OK);
    assertThat(called(operator(), METADATA)).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(called(anonymous(), METADATA)).isEqualTo(Code.UNAUTHENTICATED);

    assertThat(called(server(), PEERS)).isEqualTo(Code.OK);
    assertThat(called(node(), PEERS)).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(called(operator(), PEERS)).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(called(anonymous(), PEERS)).isEqualTo(Code.UNAUTHENTICATED);

    assertThat(called(operator(), ADMIN)).isEqualTo(Code.OK);
    assertThat(called(node(), ADMIN)).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(called(anonymous(), ADMIN)).isEqualTo(Code.UNAUTHENTICATED);
  }

  /** What another authority signed fails in the handshake; then that authority is trusted, too. */
  @Test
  void anotherClusterIsRefusedEvenIfItsAuthorityIsTrusted() throws Exception {
    TlsClient stranger = as(foreign, "a-server", PeerRole.NODE, PeerRole.SERVER, PeerRole.OPERATOR);
    assertThat(called(stranger, METADATA)).isEqualTo(Code.UNAVAILABLE);

    byte[] alone = Files.readAllBytes(authority);
    Path trusting = directory.resolve("trusting.crt");
    Files.write(trusting, alone);
    Files.write(
        authority,
        Files.readAllBytes(directory.resolve("foreign/ca.crt")),
        StandardOpenOption.APPEND);
    try {
      for (Call call : List.of(METADATA, PEERS, ADMIN)) {
        Eventually.get(
            PATIENCE,
            () -> {
              assertThat(called(stranger, call)).isEqualTo(Code.PERMISSION_DENIED);
              return call;
            });
      }
      assertThatThrownBy(() -> stranger.firstByte(options.ports().internal(1), "http/1.1", PING))
          .isInstanceOf(SSLException.class);
      assertThat(called(node(), METADATA)).isEqualTo(Code.OK);
    } finally {
      Files.write(authority, alone);
    }
    Eventually.get(
        PATIENCE,
        () -> {
          assertThat(called(stranger, METADATA)).isEqualTo(Code.UNAVAILABLE);
          return stranger;
        });
  }

  @Test
  void takesOverCertificatesThatChangeAndKeepsThoseThatAreReplacedByNonsense() throws Exception {
    PemFiles files = PemFiles.in(directory.resolve("data/tls"), REGIONS.get(2) + "-http");
    String address = options.address(REGIONS.get(2));
    X509Certificate before = anonymous().served(address);

    files.delete();
    X509Certificate next =
        own.issue(
            new CertificateOrder(
                "again", Set.of(), List.of("127.0.0.1", "localhost"), Duration.ofDays(90)),
            files);
    X509Certificate after =
        Eventually.get(
            PATIENCE,
            () -> {
              X509Certificate served = anonymous().served(address);
              assertThat(served).isNotEqualTo(before);
              return served;
            });
    assertThat(after).isEqualTo(next);

    Files.writeString(files.key(), "nonsense");
    PemFiles inside = PemFiles.in(directory.resolve("data/tls"), REGIONS.get(2).value());
    inside.delete();
    X509Certificate renewed =
        own.issue(
            new CertificateOrder(
                REGIONS.get(2).value(),
                Set.of(PeerRole.NODE, PeerRole.SERVER),
                List.of("127.0.0.1"),
                Duration.ofDays(90)),
            inside);
    Eventually.get(
        PATIENCE,
        () -> {
          assertThat(node().served(options.ports().internal(2))).isEqualTo(renewed);
          assertThat(server().served(options.ports().raft(2))).isEqualTo(renewed);
          return renewed;
        });
    // As long as the others took to be seen, the nonsense has been, too.
    assertThat(anonymous().served(address)).isEqualTo(next);
  }

  @Test
  void isOperatedByWhoeverHasAnOperatorsCertificate() throws Exception {
    PemFiles operator = options.certificates().operator();
    Program meridianctl =
        Program.in(
            directory,
            Path.of("bin/meridianctl").toAbsolutePath().toString(),
            "--server",
            options.ports().grpc(1));
    String[] trusted = {
      "--ca", authority.toString(),
      "--cert", operator.certificate().toString(),
      "--key", operator.key().toString()
    };

    assertThat(meridianctl.run(with(trusted, "raft", "status"))).contains("leader: ");
    // Servers pass one of them on at least, since another one leads then.
    for (String region : List.of("us-east", "ap-south")) {
      // It is refused while the others have not been heard for a moment.
      Eventually.get(
          PATIENCE,
          () ->
              assertThat(meridianctl.run(with(trusted, "raft", "transfer-leader", region)))
                  .contains(region + " leads"));
    }
    assertThat(meridianctl.refused("raft", "status")).contains("plain text: if it speaks TLS");
    assertThat(meridianctl.refused("--ca", authority.toString(), "raft", "status"))
        .contains("RaftService is for operator or server of the cluster dev");
    assertThat(
            meridianctl.refused(
                "--ca", directory.resolve("foreign/ca.crt").toString(), "raft", "status"))
        .contains("its certificate is not trusted");
  }

  private static String[] with(String[] options, String... command) {
    return Stream.concat(Arrays.stream(options), Arrays.stream(command)).toArray(String[]::new);
  }
}
