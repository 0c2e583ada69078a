package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.access.Grant;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Role;
import dev.meridian.access.Subject;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.auth.AuthSettings;
import dev.meridian.node.http.RegistryClient.Answer;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataCommand.CommitBlob;
import dev.meridian.node.peer.NoBlobs;
import dev.meridian.node.peer.PeerServer;
import dev.meridian.node.peer.PeerSettings;
import dev.meridian.node.peer.PeerTls;
import dev.meridian.node.routing.ClientAddresses;
import dev.meridian.node.routing.Network;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any node of any region goes on with an upload. */
class ForwardedUploadTest extends EdgeTest {

  private static final RegionId EU = RegionId.parse("eu-west");
  private static final String UPLOADS = "/v2/demo/app/blobs/uploads/";

  private static final AuthSettings REQUIRED =
      new AuthSettings(
          true, "meridian", Optional.empty(), Duration.ofMinutes(5), Duration.ofMinutes(5));

  private Path elsewhere;
  private PeerServer internal;
  private EdgeFixture far;
  private RegistryClient there;

  @BeforeEach
  void startAnotherRegion(@TempDir Path other) {
    elsewhere = other;
    startAnotherRegion(AuthSettings.OFF);
  }

  /** Its clients come through a load balancer on this machine. */
  private void startAnotherRegion(AuthSettings logins) {
    ClientAddresses balanced = new ClientAddresses(List.of(Network.parse("127.0.0.0/8")));
    internal =
        new PeerServer(
            edge.vertx(),
            EdgeFixture.CLUSTER,
            "127.0.0.1:0",
            new NoBlobs(),
            edge.edge().requestHandler(),
            () -> true,
            PeerSettings.DEFAULTS,
            PeerTls.NONE);
    internal.start();
    edge.metadata.nodes(
        List.of(new Membership.Member("n1", EdgeFixture.REGION, "127.0.0.1:" + internal.port())));
    far =
        new EdgeFixture(
            EdgeFixture.Parts.of(elsewhere)
                .with(EU, edge.metadata)
                .with(HttpEdge.Settings.of(OptionalLong.empty(), balanced))
                .with(logins),
            edge.access);
    there = far.client();
  }

  @AfterEach
  void stopAnotherRegion() {
    far.close();
    internal.close();
  }

  @Test
  void goesOnInAnotherRegionAndEndsInAThird() throws IOException {
    byte[] content = new byte[3 << 20];
    new Random(1).nextBytes(content);
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    String location = client.post(UPLOADS).header("Location");
    Answer patched = there.stream("PATCH", location, new ByteArrayInputStream(content));
    assertThat(patched.status()).isEqualTo(202);
    assertThat(patched.header("Range")).isEqualTo("0-" + (content.length - 1));
    assertThat(there.get(patched.header("Location")).status()).isEqualTo(204);
    Answer put = there.send("PUT", patched.header("Location") + "?digest=" + digest, null);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.header("Location")).isEqualTo("/v2/demo/app/blobs/" + digest);
    assertThat(put.header("Meridian-Revision")).isNotNull();
    assertThat(client.get("/v2/demo/app/blobs/" + digest).bytes()).isEqualTo(content);
  }

  @Test
  void passesErrorsAndTheRequestIdOn() throws IOException {
    String location = client.post(UPLOADS).header("Location");
    Answer refused =
        there.send(
            "PATCH", location, new byte[5], "Content-Range", "3-7", "X-Request-Id", "from-eu");
    assertThat(refused.status()).isEqualTo(416);
    assertThat(refused.code()).isEqualTo("BLOB_UPLOAD_INVALID");
    assertThat(refused.header("Range")).isEqualTo("0-0");
    assertThat(refused.http().headers().allValues("X-Request-Id")).containsExactly("from-eu");
    assertThat(refused.text()).contains("from-eu");
    assertThat(there.delete(location).status()).isEqualTo(204);
    assertThat(client.get(location).status()).isEqualTo(404);
  }

  @Test
  void answersUnavailableWhileTheRegionIsNotInReach() throws IOException {
    String location = client.post(UPLOADS).header("Location");
    edge.metadata.nodes(List.of());
    Answer answer = there.send("PATCH", location, new byte[5]);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("UNAVAILABLE");
  }

  @Test
  void beginsUploadsElsewhereWhileItsOwnStorageIsDown() throws IOException {
    far.health.storageUp(false);
    byte[] content = {1, 2, 3};
    Digest digest = there.pushBlob("demo/app", content);
    CommitBlob commit = (CommitBlob) edge.metadata.commands().getLast();
    assertThat(commit.region()).isEqualTo(EdgeFixture.REGION);
    Answer mount = there.post(UPLOADS + "?mount=" + digest + "&from=no/such");
    assertThat(mount.status()).isEqualTo(202);
    assertThat(mount.http().headers().allValues("Meridian-Revision"))
        .containsExactly("c1.0." + edge.metadata.revision());
    String location = there.post(UPLOADS).header("Location");
    assertThat(there.send("PUT", location + "?digest=" + digest, content).status()).isEqualTo(201);
  }

  @Test
  void decidesByTheRegionThatTheClientTurnedTo() throws IOException {
    stopAnotherRegion();
    restart(EdgeFixture.Parts.of(directory).with(REQUIRED));
    edge.access.anonymous();
    edge.access.user("eve", "evening", writerIn("eve", EU));
    edge.access.user("ursula", "morning", writerIn("ursula", EdgeFixture.REGION));
    startAnotherRegion(REQUIRED);
    far.health.storageUp(false);
    byte[] content = {1, 2, 3};
    String whole = UPLOADS + "?digest=" + Digest.of(Digest.Algorithm.SHA256, content);

    assertThat(there.send("POST", whole, content, headers("eve", "evening", EU)).status())
        .isEqualTo(201);
    assertThat(edge.metadata.lastCaller().origin())
        .contains(new Caller.Origin(EU, "192.0.2.7", true));
    // What clients say themselves of where they come from counts nowhere.
    assertThat(client.send("POST", whole, content, headers("eve", "evening", EU)).status())
        .isEqualTo(403);
    String[] otherwise = headers("ursula", "morning", EdgeFixture.REGION);
    assertThat(there.send("POST", whole, content, otherwise).status()).isEqualTo(403);
    assertThat(client.send("POST", whole, content, otherwise).status()).isEqualTo(201);
    assertThat(edge.metadata.lastCaller().origin())
        .contains(new Caller.Origin(EdgeFixture.REGION, "127.0.0.1", true));
  }

  private static Grant writerIn(String name, RegionId region) {
    return new Grant(
        Subject.parse(name), RepositoryPattern.ALL, false, Role.WRITER.actions(), Set.of(region));
  }

  /** With a login, and what makes out that another node passed the request on. */
  private static String[] headers(String name, String password, RegionId region) {
    String login = name + ":" + password;
    return new String[] {
      "Authorization",
      "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)),
      "X-Forwarded-For",
      "192.0.2.7",
      "Meridian-Entry-Region",
      region.value(),
      "Meridian-Entry-Client",
      "198.51.100.1"
    };
  }
}
