package dev.meridian.node.http;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.auth.AuthSettings;
import dev.meridian.node.auth.FakeAccess;
import dev.meridian.node.http.EdgeFixture.Parts;
import dev.meridian.node.http.RegistryClient.Answer;
import dev.meridian.node.limits.LimitSettings;
import dev.meridian.node.limits.RateLimit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rate limits as clients meet them (Docker Hub's, and HTTP's 429). */
class LimitsTest {

  private static final LimitSettings LIMITS =
      new LimitSettings(
          new LimitSettings.Classes(
              Optional.of(new RateLimit(2, Duration.ofHours(6))),
              Optional.of(new RateLimit(8, Duration.ofHours(1)))),
          LimitSettings.Classes.NONE,
          Optional.of(new RateLimit(2, Duration.ofHours(1))));

  @TempDir Path directory;

  @Test
  void countsPullsAndLeavesTheRestFree() throws IOException {
    try (EdgeFixture edge = new EdgeFixture(Parts.of(directory).with(LIMITS))) {
      RegistryClient client = edge.client();
      String manifest = push(client);
      for (int i = 0; i < 3; i++) {
        Answer head = client.head(manifest);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("ratelimit-remaining")).isEqualTo("2;w=21600");
        assertThat(client.get("/v2/demo/app/manifests/none").status()).isEqualTo(404);
      }
      Answer first = client.get(manifest);
      assertThat(first.header("ratelimit-limit")).isEqualTo("2;w=21600");
      assertThat(first.header("ratelimit-remaining")).isEqualTo("1;w=21600");
      assertThat(first.header("docker-ratelimit-source")).isEqualTo("127.0.0.1");
      assertThat(client.get(manifest).status()).isEqualTo(200);
      Answer refused = client.get(manifest);
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.code()).isEqualTo("TOOMANYREQUESTS");
      assertThat(refused.message()).contains("pull limit of 2 in 6h", "logging in raises");
      assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(1L, 21_600L);
      assertThat(client.head(manifest).status()).isEqualTo(200);
      assertThat(edge.meters.scrape())
          .contains("meridian_ratelimit_rejected_total{class=\"pulls\"} 1.0");
    }
  }

  @Test
  void countsOtherRequestsAndLeavesProbesFree() throws IOException {
    try (EdgeFixture edge = new EdgeFixture(Parts.of(directory).with(LIMITS))) {
      RegistryClient client = edge.client();
      for (int i = 0; i < 8; i++) {
        assertThat(client.get("/v2/").status()).isEqualTo(200);
      }
      assertThat(client.get("/v2/").status()).isEqualTo(429);
      for (int i = 0; i < 20; i++) {
        assertThat(client.get("/livez").status()).isEqualTo(200);
        assertThat(client.get("/metrics").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void countsManifestsThatAreAskedForInVain() throws IOException {
    try (EdgeFixture edge = new EdgeFixture(Parts.of(directory).with(LIMITS))) {
      RegistryClient client = edge.client();
      for (int i = 0; i < 4; i++) {
        assertThat(client.get("/v2/demo/app/manifests/none-" + i).status()).isEqualTo(404);
        assertThat(client.head("/v2/demo/app/manifests/none-" + i).status()).isEqualTo(404);
      }
      assertThat(client.get("/v2/demo/app/manifests/none").status()).isEqualTo(429);
      assertThat(client.head("/v2/demo/app/manifests/none").status()).isEqualTo(429);
      assertThat(client.get("/v2/").status()).isEqualTo(429);
      assertThat(edge.meters.scrape())
          .contains("meridian_ratelimit_rejected_total{class=\"requests\"} 3.0");
    }
  }

  @Test
  void countsNoRequestsForManifestsThatAreThere() throws IOException {
    LimitSettings limits =
        new LimitSettings(
            new LimitSettings.Classes(
                Optional.empty(), Optional.of(new RateLimit(3, Duration.ofHours(1)))),
            LimitSettings.Classes.NONE,
            Optional.empty());
    try (EdgeFixture edge = new EdgeFixture(Parts.of(directory).with(limits))) {
      RegistryClient client = edge.client();
      String manifest = push(client);
      String digest = client.head(manifest).header("Docker-Content-Digest");
      for (int i = 0; i < 10; i++) {
        assertThat(client.head(manifest).status()).isEqualTo(200);
        assertThat(client.get(manifest).status()).isEqualTo(200);
        assertThat(client.get(manifest, "If-None-Match", "\"" + digest + "\"").status())
            .isEqualTo(304);
      }
    }
  }

  @Test
  void countsWhatIsNotForTheClient() throws IOException {
    AuthSettings required =
        new AuthSettings(
            true, "meridian", Optional.empty(), Duration.ofMinutes(5), Duration.ofMinutes(5));
    try (EdgeFixture edge = new EdgeFixture(Parts.of(directory).with(required).with(LIMITS))) {
      edge.access.anonymous();
      edge.access.user("alice", "wonderland");
      RegistryClient client = edge.client();
      for (int i = 0; i < 8; i++) {
        assertThat(login(client, "/v2/demo/app/tags/list", "alice", "wonderland").status())
            .isEqualTo(403);
      }
      assertThat(login(client, "/v2/demo/app/tags/list", "alice", "wonderland").status())
          .isEqualTo(429);
    }
  }

  @Test
  void letsNobodyGuessPasswordsForLong() throws Exception {
    // Again where the machine took so long that the first login was forgotten meanwhile.
    eventually(this::guessPasswords);
  }

  private void guessPasswords() throws IOException {
    AuthSettings required =
        new AuthSettings(
            true, "meridian", Optional.empty(), Duration.ofMinutes(5), Duration.ofMinutes(5));
    try (EdgeFixture edge = new EdgeFixture(Parts.of(directory).with(required).with(LIMITS))) {
      edge.metadata.signingKeys(List.of(FakeAccess.key("k1", 0)));
      edge.access.anonymous();
      edge.access.user("alice", "wonderland");
      edge.access.robot("robot.ci", "mrs_secret");
      RegistryClient client = edge.client();
      assertThat(login(client, "alice", "wonderland").status()).isEqualTo(200);
      for (String guess : List.of("one", "two")) {
        assertThat(login(client, "alice", guess).status()).isEqualTo(401);
      }
      Answer refused = login(client, "alice", "three");
      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.header("Retry-After")).isNotNull();
      assertThat(login(client, "somebody", "else").status()).isEqualTo(429);
      // Who was let in a moment ago, and who has a secret that nobody guesses, is not locked out.
      assertThat(login(client, "alice", "wonderland").status()).isEqualTo(200);
      assertThat(login(client, "robot.ci", "mrs_secret").status()).isEqualTo(200);
    }
  }

  private static Answer login(RegistryClient client, String name, String password)
      throws IOException {
    return login(client, "/v2/", name, password);
  }

  private static Answer login(RegistryClient client, String path, String name, String password)
      throws IOException {
    return client.get(
        path,
        "Authorization",
        "Basic "
            + Base64.getEncoder()
                .encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8)));
  }

  private static String push(RegistryClient client) throws IOException {
    var config = client.pushBlob("demo/app", "{}".getBytes(StandardCharsets.UTF_8));
    String content =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":2},
        "layers":[]}\
        """
            .formatted(config);
    Answer pushed =
        client.pushManifest(
            "demo/app", "1", content, "Content-Type", "application/vnd.oci.image.manifest.v1+json");
    assertThat(pushed.status()).isEqualTo(201);
    return "/v2/demo/app/manifests/1";
  }
}
