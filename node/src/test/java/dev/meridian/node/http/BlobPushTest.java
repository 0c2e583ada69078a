package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.node.http.RegistryClient.Answer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** OCI distribution-spec, "Pushing blobs". */
class BlobPushTest {

  private static final byte[] CONTENT = "some bytes of a layer".getBytes(StandardCharsets.UTF_8);

  private EdgeFixture edge;
  private RegistryClient client;

  @BeforeEach
  void start(@TempDir Path directory) {
    edge = new EdgeFixture(directory);
    client = edge.client();
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void takesABlobByPostThenPut(Algorithm algorithm) throws IOException {
    Answer begun = client.post("/v2/demo/app/blobs/uploads/");
    assertThat(begun.status()).isEqualTo(202);
    assertThat(begun.header("Location")).startsWith("/v2/demo/app/blobs/uploads/");
    assertThat(begun.header("Range")).isEqualTo("0-0");
    Digest digest = Digest.of(algorithm, CONTENT);
    Answer put = client.send("PUT", begun.header("Location") + "?digest=" + digest, CONTENT);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.header("Location")).isEqualTo("/v2/demo/app/blobs/" + digest);
    assertThat(put.header("Docker-Content-Digest")).isEqualTo(digest.toString());
    assertThat(client.get(put.header("Location")).bytes()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void takesABlobInOneRequest(Algorithm algorithm) throws IOException {
    Digest digest = Digest.of(algorithm, CONTENT);
    Answer put = client.send("POST", "/v2/demo/app/blobs/uploads/?digest=" + digest, CONTENT);
    assertThat(put.status()).isEqualTo(201);
    assertThat(client.get("/v2/demo/app/blobs/" + digest).bytes()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void takesAStreamedPatch(Algorithm algorithm) throws IOException {
    Digest digest = Digest.of(algorithm, CONTENT);
    String location = client.post("/v2/demo/app/blobs/uploads/").header("Location");
    Answer patched = client.stream("PATCH", location, new ByteArrayInputStream(CONTENT));
    assertThat(patched.status()).isEqualTo(202);
    assertThat(patched.header("Range")).isEqualTo("0-" + (CONTENT.length - 1));
    Answer put = client.send("PUT", patched.header("Location") + "?digest=" + digest, null);
    assertThat(put.status()).isEqualTo(201);
    assertThat(client.get("/v2/demo/app/blobs/" + digest).bytes()).isEqualTo(CONTENT);
  }

  @Test
  void takesChunks() throws IOException {
    Digest digest = Digest.of(Algorithm.SHA512, CONTENT);
    String location = client.post("/v2/demo/app/blobs/uploads/").header("Location");
    location = chunk(location, 0, 10).header("Location");
    Answer status = client.get(location);
    assertThat(status.status()).isEqualTo(204);
    assertThat(status.header("Range")).isEqualTo("0-9");
    Answer put =
        client.send(
            "PUT",
            location + "?digest=" + digest,
            Arrays.copyOfRange(CONTENT, 10, CONTENT.length),
            "Content-Range",
            "10-" + (CONTENT.length - 1));
    assertThat(put.status()).isEqualTo(201);
    assertThat(client.get("/v2/demo/app/blobs/" + digest).bytes()).isEqualTo(CONTENT);
  }

  private Answer chunk(String location, int from, int to) throws IOException {
    return client.send(
        "PATCH",
        location,
        Arrays.copyOfRange(CONTENT, from, to),
        "Content-Range",
        from + "-" + (to - 1));
  }
}
