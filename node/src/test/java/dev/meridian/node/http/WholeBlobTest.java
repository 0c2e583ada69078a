package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.FileStamp;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.fetch.ColdBlobs;
import dev.meridian.node.http.RegistryClient.Answer;
import dev.meridian.node.redirect.RedirectPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gets all of a blob that is not what its digest says, also when it is a local file. */
class WholeBlobTest extends EdgeTest {

  private static final RegionId OTHER = RegionId.parse("eu-west");

  /** More than what is held back, so that a part of it comes before it breaks off. */
  private static final byte[] CONTENT = new byte[300_000];

  private static final int ROTTEN = 200_000;

  static {
    new Random(1).nextBytes(CONTENT);
  }

  private final List<ByteRange> askedElsewhere = new ArrayList<>();
  private final ColdBlobs elsewhere =
      (blob, range) -> {
        ByteRange part = range.orElse(ByteRange.whole(CONTENT.length));
        askedElsewhere.add(part);
        return new BlobBody.StreamBody(
            new ByteArrayInputStream(CONTENT, (int) part.first(), (int) part.length()),
            part.length());
      };

  /** A node that has not read or written any file yet. */
  private void restart(ColdBlobs others) {
    restart(EdgeFixture.Parts.of(directory).with(EdgeFixture.REGION, edge.metadata).with(others));
  }

  private String key(Digest digest) {
    return edge.metadata.placements(digest).get(EdgeFixture.REGION);
  }

  private Path file(Digest digest) {
    return directory.resolve(key(digest));
  }

  /** One bit becomes another, and nothing tells of it. */
  private void rot(Digest digest) throws IOException {
    FileTime before = Files.getLastModifiedTime(file(digest));
    try (RandomAccessFile bytes = new RandomAccessFile(file(digest).toFile(), "rw")) {
      bytes.seek(ROTTEN);
      bytes.write(CONTENT[ROTTEN] ^ 1);
    }
    Files.setLastModifiedTime(file(digest), before);
  }

  /** Somebody writes to the file. */
  private void overwrite(Digest digest) throws IOException {
    rot(digest);
    FileTime before = Files.getLastModifiedTime(file(digest));
    Files.setLastModifiedTime(
        file(digest), FileTime.from(before.toInstant().plus(Duration.ofSeconds(1))));
  }

  private static byte[] rotten() {
    byte[] rotten = CONTENT.clone();
    rotten[ROTTEN] ^= 1;
    return rotten;
  }

  private Answer get(Digest digest, String... headers) throws IOException {
    return client.get("/v2/demo/app/blobs/" + digest, headers);
  }

  @Test
  void breaksOffAWholeFileThatRottedBeforeTheNodeReadIt() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    restart(elsewhere);
    rot(digest);
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
    for (String whole : List.of("bytes=0-", "bytes=0-299999", "bytes=-300000")) {
      assertThatThrownBy(() -> get(digest, "Range", whole)).isInstanceOf(IOException.class);
    }
    assertThat(get(digest, "Range", "bytes=0-99").bytes())
        .isEqualTo(Arrays.copyOfRange(CONTENT, 0, 100));
    assertThat(edge.metadata.placements(digest)).containsOnlyKeys(EdgeFixture.REGION);
  }

  @Test
  void breaksOffAFileThatWasWrittenToSinceItWasCompared() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    overwrite(digest);
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
  }

  /** That the wrong bytes come shows that they are not read twice; a day bounds it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendsAFileAsItIsForADayAfterItWroteOrComparedIt(boolean wrote) throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    if (!wrote) {
      restart(elsewhere);
      assertThat(get(digest, "Range", "bytes=0-").bytes()).isEqualTo(CONTENT);
    }
    rot(digest);
    assertThat(get(digest).bytes()).isEqualTo(rotten());
    edge.aheadBy(Duration.ofDays(1));
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
  }

  @Test
  void remembersOnlyWhatWasReadToItsEnd() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    restart(elsewhere);
    assertThat(get(digest, "Range", "bytes=1-").bytes()).hasSize(CONTENT.length - 1);
    rot(digest);
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
  }

  @Test
  void aWrongFileLosesItsPlaceWhereAnotherRegionHasTheBlob() throws IOException {
    Digest digest = client.pushBlob("demo/app", CONTENT);
    restart(elsewhere);
    rot(digest);
    edge.metadata.place(digest, Map.of(EdgeFixture.REGION, key(digest), OTHER, "there"));
    assertThatThrownBy(() -> get(digest)).isInstanceOf(IOException.class);
    assertThat(edge.metadata.placements(digest)).containsOnlyKeys(OTHER);
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
  }

  /** A directory stands for a file that cannot be read: it can be opened. */
  @Test
  void goesOnFromAnotherRegionWhereAFileCannotBeRead() throws IOException {
    BlobStore files = new FileBlobStore(directory);
    BlobBody unreadable =
        new BlobBody.FileBody(directory, 0, CONTENT.length, FileStamp.of(directory));
    BlobStore failing =
        (BlobStore)
            Proxy.newProxyInstance(
                BlobStore.class.getClassLoader(),
                new Class<?>[] {BlobStore.class},
                (proxy, called, arguments) ->
                    called.getName().equals("open") ? unreadable : called.invoke(files, arguments));
    restart(EdgeFixture.Parts.of(directory).with(failing, RedirectPolicy.NEVER).with(elsewhere));
    Digest digest = client.pushBlob("demo/app", CONTENT);
    edge.metadata.place(digest, Map.of(EdgeFixture.REGION, key(digest), OTHER, "there"));
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
    assertThat(get(digest).bytes()).isEqualTo(CONTENT);
    ByteRange whole = ByteRange.whole(CONTENT.length);
    assertThat(askedElsewhere).containsExactly(whole, whole);
  }
}
