package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.http.RegistryClient.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    Digest blob = client.pushBlob("demo/app", new byte[] {1, 2, 3});
    Digest manifest = push("demo/app", "1", image("one"));
    for (String path :
        List.of(
            "/v2/demo/app/tags/list",
            "/v2/demo/app/manifests/1",
            "/v2/demo/app/manifests/" + manifest,
            "/v2/demo/app/blobs/" + blob,
            "/v2/demo/app/referrers/" + manifest,
            "/v2/no/such/referrers/" + manifest,
            "/v2/_catalog")) {
      assertThat(revision(client.get(path))).as("GET %s", path).isEqualTo(now());
      assertThat(revision(client.head(path))).as("HEAD %s", path).isEqualTo(now());
    }
    Answer known = client.get("/v2/demo/app/manifests/1", "If-None-Match", "\"" + manifest + "\"");
    assertThat(known.status()).isEqualTo(304);
    assertThat(revision(known)).isEqualTo(now());
    Answer part = client.get("/v2/demo/app/blobs/" + blob, "Range", "bytes=1-1");
    assertThat(part.status()).isEqualTo(206);
    assertThat(revision(part)).isEqualTo(now());
    for (String path : List.of("/v2/", "/", "/livez", "/health/region", "/metrics")) {
      assertThat(revision(client.get(path))).as(path).isNull();
    }
  }

  @Test
  void tellsTheRevisionOfWrites() throws IOException {
    Digest blob = client.pushBlob("demo/app", new byte[] {1, 2, 3});
    List<Answer> answers = new ArrayList<>();
    answers.add(client.pushManifest("demo/app", "1", image("one"), "Content-Type", IMAGE));
    assertThat(revision(answers.getLast())).isEqualTo(now());
    answers.add(client.post("/v2/demo/other/blobs/uploads/?mount=" + blob + "&from=demo/app"));
    assertThat(revision(answers.getLast())).isEqualTo(now());
    String location = client.post("/v2/demo/app/blobs/uploads/").header("Location");
    Digest empty = Digest.of(Digest.Algorithm.SHA256, new byte[0]);
    answers.add(client.send("PUT", location + "?digest=" + empty, new byte[0]));
    assertThat(revision(answers.getLast())).isEqualTo(now());
    answers.add(client.delete("/v2/demo/app/manifests/1"));
    assertThat(revision(answers.getLast())).isEqualTo(now());
    answers.add(client.delete("/v2/demo/app/blobs/" + blob));
    assertThat(revision(answers.getLast())).isEqualTo(now());
    assertThat(answers).extracting(Answer::status).containsExactly(201, 201, 201, 202, 202);
  }

  @Test
  void tellsTheRevisionInWhichSomethingWasNotThere() throws IOException {
    push("demo/app", "1", image("one"));
    Digest absent = sha256("absent");
    for (String path :
        List.of(
            "/v2/no/such/tags/list",
            "/v2/no/such/manifests/1",
            "/v2/demo/app/manifests/2",
            "/v2/demo/app/manifests/" + absent,
            "/v2/demo/app/blobs/" + absent)) {
      Answer answer = client.get(path);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(revision(answer)).as("GET %s", path).isEqualTo(now());
      assertThat(revision(client.head(path))).as("HEAD %s", path).isEqualTo(now());
    }
    Answer deleted = client.delete("/v2/demo/app/manifests/2");
    assertThat(deleted.status()).isEqualTo(404);
    assertThat(revision(deleted)).isEqualTo(now());
    Answer put =
        client.pushManifest(
            "demo/app", "1", image("two"), "Content-Type", IMAGE, "If-None-Match", "*");
    assertThat(put.status()).isEqualTo(412);
    assertThat(revision(put)).isEqualTo(now());
    Answer mount = client.post("/v2/demo/app/blobs/uploads/?mount=" + absent + "&from=no/such");
    assertThat(mount.status()).isEqualTo(202);
    assertThat(revision(mount)).isEqualTo(now());
  }

  @Test
  void tellsTheRevisionThatABlobWasFoundInThoughItsBytesAreOutOfReach() throws IOException {
    Digest blob = client.pushBlob("demo/app", new byte[] {1, 2, 3});
    edge.metadata.place(blob, Map.of(RegionId.parse("eu-west"), "objects/k"));
    Answer answer = client.get("/v2/demo/app/blobs/" + blob);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(revision(answer)).isEqualTo(now());
  }

  private static String revision(Answer answer) {
    return answer.header("Meridian-Revision");
  }

  private String now() {
    return "c1.0." + edge.metadata.revision();
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
    assertThat(revision(ahead)).isNull();
    for (String list : List.of("/v2/_catalog", "/v2/demo/app/tags/list", path + "0")) {
      assertThat(client.get(list, "Meridian-Min-Revision", "c1.0." + (now + 1)).status())
          .isEqualTo(503);
    }
    for (String bad : List.of("c2.0.1", "c1.1.1", "c1.0", "x", "c1.0.-1")) {
      assertThat(client.get(path, "Meridian-Min-Revision", bad).status()).isEqualTo(400);
    }
  }
}
