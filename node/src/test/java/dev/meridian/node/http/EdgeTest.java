package dev.meridian.node.http;

import dev.meridian.model.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A listener and a client for each test. */
class EdgeTest {

  static final String IMAGE = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";

  Path directory;
  EdgeFixture edge;
  RegistryClient client;

  @BeforeEach
  void start(@TempDir Path temporary) {
    directory = temporary;
    edge = new EdgeFixture(directory);
    client = edge.client();
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  /** Runs the test against a listener with these parts. */
  void restart(EdgeFixture.Parts parts) {
    edge.close();
    edge = new EdgeFixture(parts);
    client = edge.client();
  }

  /** The same with what was pushed before, against one that gives clients up so soon. */
  void restart(Duration stalled, Duration idle) {
    restart(
        EdgeFixture.Parts.of(directory)
            .with(EdgeFixture.REGION, edge.metadata)
            .with(new HttpEdge.Settings(OptionalLong.empty(), EdgeFixture.DIRECT, stalled, idle)));
  }

  static Digest sha256(String text) {
    return Digest.of(Digest.Algorithm.SHA256, text.getBytes(StandardCharsets.UTF_8));
  }

  /** An image manifest without layers; the name makes it differ from others. */
  static String image(String name) {
    return "{\"schemaVersion\":2,\"mediaType\":\""
        + IMAGE
        + "\",\"layers\":[],\"annotations\":{\"name\":\""
        + name
        + "\"}}";
  }

  /** An artifact that refers to a subject. */
  static String artifact(String name, Digest subject, String type) {
    return "{\"schemaVersion\":2,\"mediaType\":\""
        + IMAGE
        + "\",\"artifactType\":\""
        + type
        + "\",\"layers\":[],\"subject\":{\"mediaType\":\""
        + IMAGE
        + "\",\"digest\":\""
        + subject
        + "\",\"size\":1},\"annotations\":{\"name\":\""
        + name
        + "\"}}";
  }

  /** Pushes an image manifest under a reference. */
  Digest push(String repository, String reference, String manifest) throws IOException {
    RegistryClient.Answer answer =
        client.pushManifest(repository, reference, manifest, "Content-Type", IMAGE);
    if (answer.status() != 201) {
      throw new IOException("pushing a manifest: " + answer.status() + " " + answer.text());
    }
    return Digest.parse(answer.header("Docker-Content-Digest"));
  }
}
