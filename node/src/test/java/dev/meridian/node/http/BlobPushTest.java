package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.node.http.RegistryClient.Answer;
import dev.meridian.node.metadata.MetadataCommand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OCI distribution-spec, "Pushing blobs". */
class BlobPushTest extends EdgeTest {

  private static final byte[] CONTENT = "some bytes of a layer".getBytes(StandardCharsets.UTF_8);
  private static final Digest DIGEST = Digest.of(Algorithm.SHA256, CONTENT);
  private static final String WRONG = Digest.of(Algorithm.SHA256, new byte[] {1}).toString();
  private static final String UPLOADS = "/v2/demo/app/blobs/uploads/";

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void takesABlobByPostThenPut(Algorithm algorithm) throws IOException {
    Answer begun = client.post(UPLOADS);
    assertThat(begun.status()).isEqualTo(202);
    assertThat(begun.header("Location")).startsWith(UPLOADS);
    assertThat(begun.header("Location")).contains(begun.header("Docker-Upload-UUID"));
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
    assertThat(client.send("POST", UPLOADS + "?digest=" + digest, CONTENT).status()).isEqualTo(201);
    assertThat(client.get("/v2/demo/app/blobs/" + digest).bytes()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void takesTheEmptyBlob(Algorithm algorithm) throws IOException {
    Digest digest = Digest.of(algorithm, new byte[0]);
    Answer put = client.send("PUT", begin() + "?digest=" + digest, new byte[0]);
    assertThat(put.status()).isEqualTo(201);
    assertThat(client.get("/v2/demo/app/blobs/" + digest).bytes()).isEmpty();
    assertThat(client.head("/v2/demo/app/blobs/" + digest).header("Content-Length")).isEqualTo("0");
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void takesAStreamedPatchAndAPutWithoutBody(Algorithm algorithm) throws IOException {
    Digest digest = Digest.of(algorithm, CONTENT);
    Answer patched = client.stream("PATCH", begin(), new ByteArrayInputStream(CONTENT));
    assertThat(patched.status()).isEqualTo(202);
    assertThat(patched.header("Range")).isEqualTo("0-" + (CONTENT.length - 1));
    Answer put = client.send("PUT", patched.header("Location") + "?digest=" + digest, null);
    assertThat(put.status()).isEqualTo(201);
    assertThat(client.get("/v2/demo/app/blobs/" + digest).bytes()).isEqualTo(CONTENT);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void takesChunksAndTheLastOneInThePut(Algorithm algorithm) throws IOException {
    Digest digest = Digest.of(algorithm, CONTENT);
    String location = chunk(begin(), 0, 10).header("Location");
    Answer status = client.get(location);
    assertThat(status.status()).isEqualTo(204);
    assertThat(status.header("Range")).isEqualTo("0-9");
    assertThat(status.header("Location")).startsWith(UPLOADS);
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

  @Test
  void hashesWithTheAlgorithmThatWasAskedFor() throws IOException {
    String location = client.post(UPLOADS + "?digest-algorithm=sha512").header("Location");
    location = client.send("PATCH", location, CONTENT).header("Location");
    Digest digest = Digest.of(Algorithm.SHA512, CONTENT);
    assertThat(client.send("PUT", location + "?digest=" + digest, null).status()).isEqualTo(201);
    Answer unknown = client.post(UPLOADS + "?digest-algorithm=md5");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.code()).isEqualTo("DIGEST_INVALID");
  }

  @Test
  void saysTheSmallestGoodChunkWhereThereIsOne(@TempDir Path other) throws IOException {
    EdgeFixture.Parts parts = EdgeFixture.Parts.of(other);
    try (EdgeFixture limited =
        new EdgeFixture(
            parts.with(HttpEdge.Settings.of(OptionalLong.of(5 << 20), EdgeFixture.DIRECT)))) {
      Answer begun = limited.client().post(UPLOADS);
      assertThat(begun.header("OCI-Chunk-Min-Length")).isEqualTo("5242880");
    }
    assertThat(client.post(UPLOADS).header("OCI-Chunk-Min-Length")).isNull();
  }

  @Test
  void refusesChunksOutOfOrderAndSaysWhereToGoOn() throws IOException {
    String location = begin();
    Answer ahead = chunk(location, 5, 10);
    assertThat(ahead.status()).isEqualTo(416);
    assertThat(ahead.code()).isEqualTo("BLOB_UPLOAD_INVALID");
    assertThat(ahead.header("Range")).isEqualTo("0-0");
    assertThat(client.get(location).status()).isEqualTo(204);
    String next = chunk(location, 0, 10).header("Location");
    Answer again = chunk(next, 0, 10);
    assertThat(again.status()).isEqualTo(416);
    assertThat(again.header("Range")).isEqualTo("0-9");
    assertThat(client.get(next).header("Range")).isEqualTo("0-9");
    Answer skipped =
        client.send("PUT", next + "?digest=" + DIGEST, new byte[] {1, 2}, "Content-Range", "15-16");
    assertThat(skipped.status()).isEqualTo(416);
    String last = chunk(again.header("Location"), 10, CONTENT.length).header("Location");
    assertThat(client.send("PUT", last + "?digest=" + DIGEST, null).status()).isEqualTo(201);
  }

  @Test
  void answersAStaleLocationWithTheCurrentOne() throws IOException {
    String stale = begin();
    chunk(stale, 0, 10);
    Answer refused = chunk(stale, 0, 10);
    assertThat(refused.status()).isEqualTo(416);
    assertThat(refused.header("Range")).isEqualTo("0-9");
    String current = refused.header("Location");
    String last = chunk(current, 10, CONTENT.length).header("Location");
    assertThat(client.send("PUT", last + "?digest=" + DIGEST, null).status()).isEqualTo(201);
  }

  @Test
  void leavesNothingOfAWrongDigest() throws IOException {
    String streamed = client.send("PATCH", begin(), CONTENT).header("Location");
    String wrong512 = Digest.of(Algorithm.SHA512, new byte[] {1}).toString();
    List<Answer> answers =
        List.of(
            client.send("POST", UPLOADS + "?digest=" + WRONG, CONTENT),
            client.send("PUT", begin() + "?digest=" + WRONG, CONTENT),
            client.send("PUT", begin() + "?digest=" + wrong512, CONTENT),
            client.send("PUT", streamed + "?digest=" + WRONG, null));
    assertThat(answers)
        .allSatisfy(answer -> {
          assertThat(answer.status()).isEqualTo(400);
          assertThat(answer.code()).isEqualTo("DIGEST_INVALID");
        });
    assertThat(client.head("/v2/demo/app/blobs/" + WRONG).status()).isEqualTo(404);
    assertThat(edge.metadata.commands()).isEmpty();
    assertThat(files()).isEmpty();
  }

  @Test
  void doomsTheObjectWhenTheDigestIsWrongOnlyOnReadingItAgain() throws IOException {
    String streamed = client.send("PATCH", begin(), CONTENT).header("Location");
    String wrong = Digest.of(Algorithm.SHA512, new byte[] {1}).toString();
    Answer answer = client.send("PUT", streamed + "?digest=" + wrong, null);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("DIGEST_INVALID");
    assertThat(edge.metadata.doomed()).hasSize(1);
    assertThat(client.get(streamed).status()).isEqualTo(404);
  }

  @Test
  void doomsTheObjectWhenTheCommitIsRefused() throws IOException {
    String streamed = client.send("PATCH", begin(), CONTENT).header("Location");
    edge.metadata.refuseCommits(true);
    Answer answer = client.send("PUT", streamed + "?digest=" + DIGEST, null);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("BLOB_UPLOAD_UNKNOWN");
    assertThat(edge.metadata.doomed()).hasSize(1);
  }

  @Test
  void neverDoomsAnObjectThatMayHaveBeenCommitted() throws IOException {
    putWithoutQuorum(client.send("PATCH", begin(), CONTENT).header("Location"), null);
    assertThat(edge.metadata.doomed()).isEmpty();
  }

  @Test
  void takesAPutAgainThatFoundNoQuorum() throws IOException {
    String streamed = client.send("PATCH", begin(), CONTENT).header("Location");
    putWithoutQuorum(streamed, null);
    assertThat(client.send("PUT", streamed + "?digest=" + WRONG, null).status()).isEqualTo(404);
    assertThat(client.send("PUT", streamed + "?digest=" + DIGEST, null).status()).isEqualTo(201);
    assertThat(client.get("/v2/demo/app/blobs/" + DIGEST).bytes()).isEqualTo(CONTENT);

    String whole = begin();
    putWithoutQuorum(whole, CONTENT);
    edge.metadata.place(DIGEST, Map.of());
    try (EdgeFixture other = second()) {
      Answer put = other.client().send("PUT", whole + "?digest=" + DIGEST, CONTENT);
      assertThat(put.status()).isEqualTo(201);
    }
    assertThat(client.get("/v2/demo/app/blobs/" + DIGEST).bytes()).isEqualTo(CONTENT);
  }

  private void putWithoutQuorum(String location, byte[] content) throws IOException {
    edge.metadata.down(true);
    Answer answer = client.send("PUT", location + "?digest=" + DIGEST, content);
    edge.metadata.down(false);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("UNAVAILABLE");
    assertThat(answer.header("Retry-After")).isNotNull();
  }

  @Test
  void checksTheDigestOfAKnownBlobToo() throws IOException {
    client.pushBlob("demo/app", CONTENT);
    Answer answer = client.send("PUT", begin() + "?digest=" + DIGEST, new byte[] {1, 2, 3});
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("DIGEST_INVALID");
  }

  @Test
  void acknowledgesThePutWhoseAnswerWasLost() throws IOException {
    String streamed = client.send("PATCH", begin(), CONTENT).header("Location");
    assertThat(client.send("PUT", streamed + "?digest=" + DIGEST, null).status()).isEqualTo(201);
    assertThat(client.send("PUT", streamed + "?digest=" + DIGEST, null).status()).isEqualTo(201);
    try (EdgeFixture other = second()) {
      RegistryClient there = other.client();
      assertThat(there.send("PUT", streamed + "?digest=" + DIGEST, null).status()).isEqualTo(201);
      assertThat(there.send("PUT", streamed + "?digest=" + WRONG, null).status()).isEqualTo(404);
      Answer patched = there.send("PATCH", streamed, CONTENT);
      assertThat(patched.status()).isEqualTo(404);
      assertThat(patched.code()).isEqualTo("BLOB_UPLOAD_UNKNOWN");
      assertThat(there.get(streamed).status()).isEqualTo(404);
      assertThat(there.delete(streamed).status()).isEqualTo(404);
    }
  }

  @Test
  void goesOnWithASessionOnAnotherNode() throws IOException {
    String location = chunk(begin(), 0, 10).header("Location");
    try (EdgeFixture other = second()) {
      RegistryClient there = other.client();
      assertThat(there.get(location).header("Range")).isEqualTo("0-9");
      location =
          there
              .send(
                  "PATCH",
                  location,
                  Arrays.copyOfRange(CONTENT, 10, CONTENT.length),
                  "Content-Range",
                  "10-" + (CONTENT.length - 1))
              .header("Location");
    }
    assertThat(client.send("PUT", location + "?digest=" + DIGEST, null).status()).isEqualTo(201);
    assertThat(client.get("/v2/demo/app/blobs/" + DIGEST).bytes()).isEqualTo(CONTENT);
  }

  @Test
  void cancelsASession() throws IOException {
    String fresh = begin();
    assertThat(client.delete(fresh).status()).isEqualTo(204);
    assertThat(client.get(fresh).status()).isEqualTo(404);
    String written = client.send("PATCH", begin(), CONTENT).header("Location");
    assertThat(client.delete(written).status()).isEqualTo(204);
    Answer gone = client.send("PUT", written + "?digest=" + DIGEST, null);
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.code()).isEqualTo("BLOB_UPLOAD_UNKNOWN");
    assertThat(files()).isEmpty();
  }

  @Test
  void refusesASessionThatExpired() throws IOException {
    String location = begin();
    edge.metadata.advance(Duration.ofHours(25));
    Answer answer = client.send("PATCH", location, CONTENT);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  void refusesALocationOfAnotherRepositoryOrThatWasAltered() throws IOException {
    String location = begin();
    int middle = location.length() - 60;
    String altered =
        location.substring(0, middle)
            + (location.charAt(middle) == 'A' ? 'B' : 'A')
            + location.substring(middle + 1);
    for (String bad :
        List.of(
            location.replace("demo/app", "demo/other"),
            altered,
            location.substring(0, location.length() - 1),
            UPLOADS + "5f2f9b1e-5d6f-4c57-a1f2-8f9f7d3e6a55",
            UPLOADS + "x.y.z",
            UPLOADS + "a".repeat(3000))) {
      Answer answer = client.send("PATCH", bad, CONTENT);
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.code()).isEqualTo("BLOB_UPLOAD_UNKNOWN");
    }
    assertThat(files()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes 0-20/21", "0-", "-5", "a-b", "5-2", "0-99999999999999999999"})
  void refusesAMalformedContentRange(String range) throws IOException {
    Answer answer = client.send("PATCH", begin(), CONTENT, "Content-Range", range);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.code()).isEqualTo("BLOB_UPLOAD_INVALID");
  }

  @Test
  void refusesAChunkOfAnotherLengthThanItsRange() throws IOException {
    Answer known = client.send("PATCH", begin(), CONTENT, "Content-Range", "0-9");
    assertThat(known.status()).isEqualTo(400);
    assertThat(known.code()).isEqualTo("SIZE_INVALID");
    String location = begin();
    Answer streamed =
        client.stream("PATCH", location, new ByteArrayInputStream(CONTENT), "Content-Range", "0-9");
    assertThat(streamed.status()).isEqualTo(400);
    assertThat(streamed.code()).isEqualTo("SIZE_INVALID");
    assertThat(client.get(location).header("Range")).isEqualTo("0-0");
  }

  @Test
  void wantsADigestToFinish() throws IOException {
    for (String query : List.of("", "?digest=", "?digest=sha256:short", "?digest=md5:00")) {
      Answer answer = client.send("PUT", begin() + query, CONTENT);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.code()).isEqualTo("DIGEST_INVALID");
      assertThat(answer.message()).contains("digest");
    }
  }

  @Test
  void mountsABlobOfANamedRepositoryOrOfAny() throws IOException {
    client.pushBlob("demo/base", CONTENT);
    Answer named = client.post(UPLOADS + "?mount=" + DIGEST + "&from=demo/base");
    assertThat(named.status()).isEqualTo(201);
    assertThat(named.header("Location")).isEqualTo("/v2/demo/app/blobs/" + DIGEST);
    assertThat(client.get(named.header("Location")).bytes()).isEqualTo(CONTENT);
    assertThat(client.post("/v2/demo/two/blobs/uploads/?mount=" + DIGEST).status()).isEqualTo(201);
  }

  @Test
  void beginsAnUploadWhenThereIsNothingToMount() throws IOException {
    for (String from : List.of("", "&from=demo/base")) {
      Answer answer = client.post(UPLOADS + "?mount=" + DIGEST + from);
      assertThat(answer.status()).isEqualTo(202);
      Answer put = client.send("PUT", answer.header("Location") + "?digest=" + WRONG, CONTENT);
      assertThat(put.status()).isEqualTo(400);
    }
    Answer bad = client.post(UPLOADS + "?mount=" + DIGEST + "&from=Demo");
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.code()).isEqualTo("NAME_INVALID");
    assertThat(client.post(UPLOADS + "?mount=x").code()).isEqualTo("DIGEST_INVALID");
  }

  @Test
  void commitsTheObjectUnderTheSessionsKeyAndExpiry() throws IOException {
    client.pushBlob("demo/app", CONTENT);
    MetadataCommand.CommitBlob commit =
        (MetadataCommand.CommitBlob) edge.metadata.commands().getFirst();
    assertThat(commit.size()).isEqualTo(CONTENT.length);
    assertThat(commit.region()).isEqualTo(EdgeFixture.REGION);
    assertThat(commit.sessionExpiresMillis())
        .isEqualTo(edge.metadata.clusterTimeMillis() + Duration.ofHours(24).toMillis());
    assertThat(directory.resolve(commit.objectKey())).hasBinaryContent(CONTENT);
  }

  private String begin() throws IOException {
    return client.post(UPLOADS).header("Location");
  }

  private Answer chunk(String location, int from, int to) throws IOException {
    return client.send(
        "PATCH",
        location,
        Arrays.copyOfRange(CONTENT, from, to),
        "Content-Range",
        from + "-" + (to - 1));
  }

  /** Another node of the same region and cluster. */
  private EdgeFixture second() {
    return new EdgeFixture(EdgeFixture.Parts.of(directory).with(EdgeFixture.REGION, edge.metadata));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .toList();
    }
  }
}
