package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.http.RegistryClient.Answer;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Headers that every answer, or every answer from metadata, carries. */
class HeadersTest extends EdgeTest {

  @Test
  void takesOverAPrintableRequestIdAndMakesOneOtherwise() throws IOException {
    assertThat(client.get("/v2/", "X-Request-Id", "a b-1").header("X-Request-Id"))
        .isEqualTo("a b-1");
    String longest = "x".repeat(128);
    assertThat(client.get("/v2/", "X-Request-Id", longest).header("X-Request-Id"))
        .isEqualTo(longest);
    for (String bad : List.of("x".repeat(129), "a\tb")) {
      assertThat(client.get("/v2/", "X-Request-Id", bad).header("X-Request-Id"))
          .isNotEqualTo(bad)
          .hasSize(36);
    }
    for (String path : List.of("/", "/livez", "/metrics", "/nothing", "/v2/x/manifests/1")) {
      assertThat(client.get(path).header("X-Request-Id")).isNotEmpty();
    }
  }

  @Test
  void showsTheRequestIdInErrors() throws IOException {
    Answer answer = client.get("/v2/x/manifests/1", "X-Request-Id", "seen");
    assertThat(answer.json().path("errors").path(0).path("detail").path("request_id").asString())
        .isEqualTo("seen");
  }

  @Test
  void saysWhichApiItSpeaks() throws IOException {
    for (String path : List.of("/v2/", "/v2", "/v2/_catalog", "/v2/x/tags/list")) {
      assertThat(client.get(path).header("Docker-Distribution-Api-Version"))
          .isEqualTo("registry/2.0");
    }
    assertThat(client.get("/v2/").text()).isEqualTo("{}");
    assertThat(client.get("/livez").header("Docker-Distribution-Api-Version")).isNull();
  }

  @Test
  void tellsTheRevisionOfAnswersThatReadMetadata() throws IOException {
    push("demo/app", "1", image("one"));
    String revision = "c1.0." + edge.metadata.revision();
    for (String path :
        List.of("/v2/demo/app/tags/list", "/v2/demo/app/manifests/1", "/v2/_catalog")) {
      assertThat(client.get(path).header("Meridian-Revision")).isEqualTo(revision);
    }
    assertThat(client.get("/v2/").header("Meridian-Revision")).isNull();
    Answer put = client.pushManifest("demo/app", "2", image("two"), "Content-Type", IMAGE);
    assertThat(put.header("Meridian-Revision")).isEqualTo("c1.0." + edge.metadata.revision());
  }

  @Test
  void waitsForTheRevisionThatIsAskedFor() throws IOException {
    push("demo/app", "1", image("one"));
    String path = "/v2/demo/app/manifests/1";
    long now = edge.metadata.revision();
    assertThat(client.get(path, "Meridian-Min-Revision", "c1.0." + now).status()).isEqualTo(200);
    Answer ahead = client.get(path, "Meridian-Min-Revision", "c1.0." + (now + 1));
    assertThat(ahead.status()).isEqualTo(503);
    assertThat(ahead.header("Retry-After")).isNotNull();
    for (String bad : List.of("c2.0.1", "c1.1.1", "c1.0", "x", "c1.0.-1")) {
      assertThat(client.get(path, "Meridian-Min-Revision", bad).status()).isEqualTo(400);
    }
  }
}
