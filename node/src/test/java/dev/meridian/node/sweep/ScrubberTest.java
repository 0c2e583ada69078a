package dev.meridian.node.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.fetch.ComparedFiles;
import dev.meridian.node.fetch.FakeMetadata;
import dev.meridian.node.fetch.RegionCopies;
import dev.meridian.node.fetch.Throttle;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.RegionMap;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScrubberTest {

  private static final RegionId REGION = RegionId.parse("us-east");
  private static final RegionId OTHER = RegionId.parse("eu-west");
  private static final Duration INTERVAL = Duration.ofHours(100);

  @TempDir private Path data;

  private final FakeMetadata metadata = new FakeMetadata();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Set<String> rotten = new HashSet<>();
  private BlobStore store;
  private boolean storageUp = true;
  private Scrubber scrubber;

  @BeforeEach
  void start() {
    store = new FileBlobStore(data);
    BlobStore rotting = rotting();
    RegionMap regions = new RegionMap(REGION, metadata::membership);
    scrubber =
        new Scrubber(
            new RegionCopies(
                REGION,
                metadata,
                rotting,
                () -> storageUp,
                new ComparedFiles(INTERVAL, System::nanoTime),
                meters),
            metadata,
            rotting,
            new OwnerSelector(regions, "n1"),
            Throttle.NONE,
            INTERVAL,
            meters);
  }

  /** As a file system with checksums reads what has rotted. */
  private BlobStore rotting() {
    return (BlobStore)
        Proxy.newProxyInstance(
            BlobStore.class.getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("open") && rotten.contains(arguments[0])) {
                return new BlobBody.StreamBody(new UnreadableStream(), 9);
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static final class UnreadableStream extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("Input/output error");
    }
  }

  /** Stores these bytes as the copy of a blob. */
  private Digest copy(String blob, String bytes) throws Exception {
    Digest digest = Digest.of(Digest.Algorithm.SHA256, blob.getBytes(StandardCharsets.UTF_8));
    metadata.link(digest, blob.length());
    String key = ObjectKeys.create(metadata.clusterTimeMillis());
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      upload.append(new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8)));
      metadata.place(digest, REGION, upload.complete().key());
    }
    return digest;
  }

  private List<MetadataCommand> commandsOfAWalk() throws Exception {
    int before = metadata.commands().size();
    scrubber.walk();
    return metadata.commands().subList(before, metadata.commands().size());
  }

  @Test
  void confirmsGoodCopiesAndLeavesThemAloneUntilTheirNextTurn() throws Exception {
    Digest digest = copy("a good one", "a good one");
    assertThat(commandsOfAWalk())
        .containsExactly(
            new MetadataCommand.AddPlacement(
                digest, REGION, metadata.placements(digest).get(REGION), 10));
    assertThat(meters.counter("meridian.scrub.bytes", "region", "us-east").count()).isEqualTo(10);

    metadata.advance(INTERVAL.minusHours(1));
    assertThat(commandsOfAWalk()).isEmpty();
    metadata.advance(Duration.ofHours(1));
    assertThat(commandsOfAWalk()).hasSize(1);
  }

  @Test
  void aCopyThatIsWrongOrGoneLosesItsPlacement() throws Exception {
    Digest wrong = copy("as it was pushed", "as it rotted ...");
    Digest gone = copy("gone", "gone");
    Digest good = copy("good", "good");
    store.delete(metadata.placements(gone).get(REGION));

    commandsOfAWalk();

    assertThat(metadata.placements(wrong)).isEmpty();
    assertThat(metadata.placements(gone)).isEmpty();
    assertThat(metadata.placements(good)).containsKey(REGION);
    assertThat(meters.counter("meridian.scrub.bad.copies", "region", "us-east").count())
        .isEqualTo(2);
  }

  @Test
  void goesOnBehindACopyThatCannotBeRead() throws Exception {
    for (String blob : List.of("one", "two", "three")) {
      rotten.add(metadata.placements(copy(blob, blob)).get(REGION));
    }
    Digest good = copy("good", "good");

    assertThat(commandsOfAWalk())
        .containsExactly(
            new MetadataCommand.AddPlacement(
                good, REGION, metadata.placements(good).get(REGION), 4));
    assertThat(meters.counter("meridian.scrub.unreadable.copies", "region", "us-east").count())
        .isEqualTo(3);
  }

  @Test
  void aCopyThatCannotBeReadTwiceIsBadIfThereIsAnother() throws Exception {
    Digest twice = copy("in two regions", "in two regions");
    metadata.place(twice, OTHER, "there");
    Digest last = copy("only here", "only here");
    rotten.add(metadata.placements(twice).get(REGION));
    rotten.add(metadata.placements(last).get(REGION));

    assertThat(commandsOfAWalk()).isEmpty();
    storageUp = false;
    assertThatThrownBy(this::commandsOfAWalk).isInstanceOf(BlobStoreException.class);
    storageUp = true;
    assertThat(metadata.placements(twice)).containsOnlyKeys(REGION, OTHER);
    commandsOfAWalk();
    commandsOfAWalk();

    assertThat(metadata.placements(twice)).containsOnlyKeys(OTHER);
    assertThat(metadata.placements(last)).containsOnlyKeys(REGION);
  }
}
