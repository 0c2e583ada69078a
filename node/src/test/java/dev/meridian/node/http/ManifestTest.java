package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.http.RegistryClient.Answer;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.MetadataCommand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OCI distribution-spec, "Pulling manifests", "Pushing Manifests", "Deleting Manifests". */
class ManifestTest extends EdgeTest {

  private static final String APP = "/v2/demo/app/manifests/";

  @Test
  void servesExactlyWhatWasPushedByTagAndByDigest() throws IOException {
    String manifest = " " + image("one") + "\n";
    Digest digest = push("demo/app", "1", manifest);
    assertThat(digest).isEqualTo(sha256(manifest));
    for (String reference :
        List.of("1", digest.toString(), digest.toString().replace(":", "%3A"))) {
      Answer got = client.get(APP + reference);
      assertThat(got.status()).isEqualTo(200);
      assertThat(got.text()).isEqualTo(manifest);
      assertThat(got.header("Content-Type")).isEqualTo(IMAGE);
      assertThat(got.header("Docker-Content-Digest")).isEqualTo(digest.toString());
      assertThat(got.header("ETag")).isEqualTo("\"" + digest + "\"");
      Answer head = client.head(APP + reference);
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.bytes()).isEmpty();
      assertThat(head.header("Content-Length")).isEqualTo("" + manifest.length());
      assertThat(head.header("Content-Type")).isEqualTo(IMAGE);
      assertThat(head.header("Docker-Content-Digest")).isEqualTo(digest.toString());
    }
  }

  @Test
  void aTagThatMovesWhileItIsReadIsThereAllTheTime() throws IOException {
    Digest first = push("demo/app", "1", image("one"));
    String second = image("two");
    RepositoryName repository = RepositoryName.parse("demo/app");
    edge.metadata.afterRead(() -> {
      edge.metadata.execute(
          Caller.ANONYMOUS,
          new MetadataCommand.PutManifest(
              repository,
              Optional.empty(),
              IMAGE,
              second.getBytes(StandardCharsets.UTF_8),
              List.of(TagName.parse("1")),
              new MetadataCommand.TagCondition.None()));
      edge.metadata.execute(
          Caller.ANONYMOUS, new MetadataCommand.DeleteManifest(repository, first));
    });
    Answer got = client.get(APP + "1");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.text()).isEqualTo(second);
    assertThat(got.header("Docker-Content-Digest")).isEqualTo(sha256(second).toString());
  }

  @Test
  void readsMetadataOnceForATagWhoseManifestIsInMemory() throws IOException {
    push("demo/app", "1", image("one"));
    assertThat(client.get(APP + "1").status()).isEqualTo(200);
    edge.metadata.afterRead(() -> edge.metadata.down(true));
    assertThat(client.get(APP + "1").text()).isEqualTo(image("one"));
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void movesTagsOfAPushByDigestInOneStep(Algorithm algorithm) throws IOException {
    String manifest = image("one");
    Digest digest = Digest.of(algorithm, manifest.getBytes(StandardCharsets.UTF_8));
    Answer put =
        client.pushManifest(
            "demo/app", digest + "?tag=1.2&tag=latest&tag=1.2", manifest, "Content-Type", IMAGE);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.header("OCI-Tag")).isEqualTo("1.2, latest");
    assertThat(put.header("Location")).isEqualTo(APP + digest);
    for (String tag : List.of("1.2", "latest")) {
      Answer head = client.head(APP + tag);
      assertThat(head.header("Docker-Content-Digest")).isEqualTo(digest.toString());
    }
    assertThat(edge.metadata.commands()).hasSize(1);
  }

  @Test
  void takesAManifestWithoutAContentLength() throws IOException {
    byte[] manifest = image("one").getBytes(StandardCharsets.UTF_8);
    Answer put =
        client.stream("PUT", APP + "1", new ByteArrayInputStream(manifest), "Content-Type", IMAGE);
    assertThat(put.status()).isEqualTo(201);
  }

  @Test
  void refusesTagsOfAPushByTagAndBadTags() throws IOException {
    Answer byTag = client.pushManifest("demo/app", "1?tag=2", image("one"), "Content-Type", IMAGE);
    assertThat(byTag.status()).isEqualTo(400);
    assertThat(byTag.code()).isEqualTo("UNSUPPORTED");
    String digest = sha256(image("one")).toString();
    Answer bad =
        client.pushManifest(
            "demo/app", digest + "?tag=good&tag=-bad", image("one"), "Content-Type", IMAGE);
    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.code()).isEqualTo("TAG_INVALID");
    assertThat(edge.metadata.commands()).isEmpty();
  }

  @Test
  void namesTheSubject() throws IOException {
    Digest subject = sha256("missing");
    Answer put =
        client.pushManifest("demo/app", "1", artifact("a", subject, "a/b"), "Content-Type", IMAGE);
    assertThat(put.header("OCI-Subject")).isEqualTo(subject.toString());
  }

  @Test
  void refusesADigestThatIsNotTheContents() throws IOException {
    String other = sha256("other").toString();
    Answer put = client.pushManifest("demo/app", other, image("one"), "Content-Type", IMAGE);
    assertThat(put.status()).isEqualTo(400);
    assertThat(put.code()).isEqualTo("DIGEST_INVALID");
    assertThat(client.head(APP + other).status()).isEqualTo(404);
  }

  @Test
  void takesManifestsUpToFourMebibytesAndNoMore() throws IOException {
    String largest = " ".repeat((4 << 20) - image("one").length()) + image("one");
    push("demo/app", "1", largest);
    assertThat(client.get(APP + "1").bytes()).hasSize(4 << 20);
    Answer known = client.pushManifest("demo/app", "2", " " + largest, "Content-Type", IMAGE);
    assertThat(known.status()).isEqualTo(413);
    assertThat(known.code()).isEqualTo("SIZE_INVALID");
    byte[] tooLarge = (" " + largest).getBytes(StandardCharsets.UTF_8);
    Answer streamed =
        client.stream("PUT", APP + "2", new ByteArrayInputStream(tooLarge), "Content-Type", IMAGE);
    assertThat(streamed.status()).isEqualTo(413);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "[]", "{", "null", "\u0000"})
  void refusesWhatIsNoManifest(String content) throws IOException {
    Answer put = client.pushManifest("demo/app", "1", content, "Content-Type", IMAGE);
    assertThat(put.status()).isEqualTo(400);
    assertThat(put.code()).isEqualTo("MANIFEST_INVALID");
  }

  @Test
  void refusesAManifestWhoseBlobsAreMissing() throws IOException {
    String manifest =
        "{\"layers\":[{\"mediaType\":\"a/b\",\"size\":1,\"digest\":\"" + sha256("x") + "\"}]}";
    Answer put = client.pushManifest("demo/app", "1", manifest, "Content-Type", IMAGE);
    assertThat(put.status()).isEqualTo(400);
    assertThat(put.code()).isEqualTo("MANIFEST_BLOB_UNKNOWN");
    assertThat(put.message()).contains(sha256("x").toString());
  }

  @Test
  void neverRefusesForAnAcceptHeader() throws IOException {
    push("demo/app", "1", image("one"));
    for (String accept : List.of(INDEX, "text/html", "*/*", IMAGE + "; q=0")) {
      Answer got = client.get(APP + "1", "Accept", accept);
      assertThat(got.status()).isEqualTo(200);
      assertThat(got.header("Content-Type")).isEqualTo(IMAGE);
    }
  }

  @Test
  void answersNotModifiedToWhoHasIt() throws IOException {
    Digest digest = push("demo/app", "1", image("one"));
    for (String tag :
        List.of("\"" + digest + "\"", "W/\"" + digest + "\"", "\"x\", \"" + digest + "\"", "*")) {
      Answer got = client.get(APP + "1", "If-None-Match", tag);
      assertThat(got.status()).isEqualTo(304);
      assertThat(got.bytes()).isEmpty();
      assertThat(got.header("Docker-Content-Digest")).isEqualTo(digest.toString());
    }
    assertThat(client.get(APP + "1", "If-None-Match", "\"x\"").status()).isEqualTo(200);
  }

  @Test
  void movesATagOnlyWhenItsConditionHolds() throws IOException {
    Answer absent = conditional("1", "one", "If-None-Match", "*");
    assertThat(absent.status()).isEqualTo(201);
    Answer taken = conditional("1", "two", "If-None-Match", "*");
    assertThat(taken.status()).isEqualTo(412);
    assertThat(taken.code()).isEqualTo("DENIED");
    String current = "\"" + sha256(image("one")) + "\"";
    assertThat(conditional("1", "two", "If-Match", "\"" + sha256("x") + "\"").status())
        .isEqualTo(412);
    assertThat(conditional("1", "two", "If-Match", current).status()).isEqualTo(201);
    assertThat(conditional("1", "three", "If-Match", "*").status()).isEqualTo(201);
    assertThat(conditional("9", "three", "If-Match", "*").status()).isEqualTo(412);
  }

  @Test
  void refusesConditionsThatItDoesNotKnow() throws IOException {
    String byDigest = sha256(image("one")).toString();
    assertThat(conditional(byDigest, "one", "If-Match", "*").code()).isEqualTo("UNSUPPORTED");
    assertThat(conditional("1", "one", "If-None-Match", "\"x\"").code()).isEqualTo("UNSUPPORTED");
    Answer malformed = conditional("1", "one", "If-Match", "x");
    assertThat(malformed.status()).isEqualTo(400);
    assertThat(malformed.code()).isEqualTo("DIGEST_INVALID");
  }

  private Answer conditional(String reference, String name, String header, String value)
      throws IOException {
    return client.pushManifest(
        "demo/app", reference, image(name), "Content-Type", IMAGE, header, value);
  }

  @Test
  void deletesATagAndKeepsTheManifest() throws IOException {
    Digest digest = push("demo/app", "1", image("one"));
    assertThat(client.delete(APP + "1").status()).isEqualTo(202);
    assertThat(client.head(APP + "1").status()).isEqualTo(404);
    assertThat(client.head(APP + digest).status()).isEqualTo(200);
    assertThat(client.delete(APP + "1").status()).isEqualTo(404);
  }

  @Test
  void deletesAManifestWithItsTagsAlthoughItsBytesAreCached() throws IOException {
    Digest digest = push("demo/app", "1", image("one"));
    assertThat(client.get(APP + digest).status()).isEqualTo(200);
    assertThat(client.delete(APP + digest).status()).isEqualTo(202);
    assertThat(client.get(APP + digest).status()).isEqualTo(404);
    assertThat(client.get(APP + "1").code()).isEqualTo("MANIFEST_UNKNOWN");
  }

  @Test
  void namesTheHolderOfWhatCannotBeDeleted() throws IOException {
    Digest blob = client.pushBlob("demo/app", new byte[] {1});
    String manifest =
        "{\"layers\":[{\"mediaType\":\"a/b\",\"size\":1,\"digest\":\"" + blob + "\"}]}";
    Digest holder = push("demo/app", "1", manifest);
    Answer answer = client.delete("/v2/demo/app/blobs/" + blob);
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.code()).isEqualTo("DENIED");
    assertThat(answer.message()).contains(holder.toString());
    client.delete(APP + holder);
    assertThat(client.delete("/v2/demo/app/blobs/" + blob).status()).isEqualTo(202);
  }

  @Test
  void tellsUnknownRepositoriesFromUnknownManifests() throws IOException {
    assertThat(client.get("/v2/no/such/manifests/1").code()).isEqualTo("NAME_UNKNOWN");
    push("demo/app", "1", image("one"));
    Answer unknown = client.get(APP + "2");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.code()).isEqualTo("MANIFEST_UNKNOWN");
    assertThat(client.get(APP + sha256("x")).code()).isEqualTo("MANIFEST_UNKNOWN");
  }
}
