package dev.meridian.node.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.fetch.FakeMetadata;
import dev.meridian.node.fetch.Throttle;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.RegionMap;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScrubberTest {

  private static final RegionId REGION = RegionId.parse("us-east");
  private static final Duration INTERVAL = Duration.ofHours(100);

  @TempDir private Path data;

  private final FakeMetadata metadata = new FakeMetadata();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private BlobStore store;
  private Scrubber scrubber;

  @BeforeEach
  void start() {
    store = new FileBlobStore(data);
    RegionMap regions = new RegionMap(REGION, metadata::membership);
    scrubber =
        new Scrubber(
            REGION,
            metadata,
            store,
            new OwnerSelector(regions, "n1"),
            Throttle.NONE,
            INTERVAL,
            meters);
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
}
