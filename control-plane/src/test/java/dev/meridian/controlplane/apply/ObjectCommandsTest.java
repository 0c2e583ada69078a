package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.addPlacement;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.confirmDeletions;
import static dev.meridian.controlplane.apply.Operations.deleteBlob;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.doom;
import static dev.meridian.controlplane.apply.Operations.removePlacement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.ExpiredLink;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.PlacementRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectCommandsTest {

  private static final RegionId US = RegionId.parse("us");
  private static final RegionId EU = RegionId.parse("eu");

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void addsTheCopyOfAFurtherRegion() {
    store.passTime(7);
    store.accepted(addPlacement("layer", "eu", "0/b"));
    store.accepted(addPlacement("layer", "eu", "0/b"));
    assertThat(placements())
        .containsEntry(
            "eu", PlacementRecord.newBuilder().setObjectKey("0/b").setVerifiedMs(7).build())
        .hasSize(2);
  }

  @Test
  void doomsASecondCopyOfARegion() {
    store.accepted(addPlacement("layer", "us", "0/b"));
    store.accepted(addPlacement("layer", "us", "0/b"));
    assertThat(placements().get("us").getObjectKey()).isEqualTo("0/a");
    assertThat(doomed(US, 0)).containsExactly("0/b");
  }

  @Test
  void doomsTheCopyOfABlobThatIsGone() {
    store.rejected(RejectionCode.BLOB_UNKNOWN, addPlacement("unknown", "eu", "0/b"));
    assertThat(doomed(EU, 0)).containsExactly("0/b");
  }

  @Test
  void refusesACopyInAnObjectThatIsDoomedOrAnotherBlobs() {
    store.accepted(doom("eu", "0/b"));
    store.rejected(RejectionCode.OBJECT_DOOMED, addPlacement("layer", "eu", "0/b"));
    store.accepted(commitBlob("demo", "other", "eu", "0/c"));
    store.rejected(RejectionCode.OBJECT_DOOMED, addPlacement("layer", "eu", "0/c"));
  }

  @Test
  void refusesACopyOfAnotherSize() {
    Command.Builder wrong = addPlacement("layer", "eu", "0/b");
    wrong.getAddPlacementBuilder().setSize(99);
    store.rejected(RejectionCode.SIZE_INVALID, wrong);
  }

  @Test
  void aRemovedPlacementIsDoomedAndNeverComesBack() {
    store.accepted(removePlacement("layer", "us", "0/a"));
    assertThat(placements()).isEmpty();
    assertThat(doomed(US, 0)).containsExactly("0/a");
    store.rejected(RejectionCode.OBJECT_DOOMED, addPlacement("layer", "us", "0/a"));
    store.accepted(addPlacement("layer", "us", "0/b"));
  }

  @Test
  void refusesToRemoveWhatIsNotAPlacementOfTheBlob() {
    store.rejected(RejectionCode.BLOB_UNKNOWN, removePlacement("layer", "us", "0/b"));
    store.rejected(RejectionCode.BLOB_UNKNOWN, removePlacement("layer", "eu", "0/a"));
    store.rejected(RejectionCode.BLOB_UNKNOWN, removePlacement("other", "us", "0/a"));
  }

  @Test
  void neverDoomsAPlacement() {
    CommandRejection rejection = store.rejected(RejectionCode.IN_USE, doom("us", "0/z", "0/a"));
    assertThat(rejection.getSubjectsList()).containsExactly("0/a");
    assertThat(doomed(US, 0)).isEmpty();
    store.accepted(doom("eu", "0/a"));
  }

  @Test
  void theGraceOfADoomedObjectBeginsOnce() {
    store.accepted(doom("us", "0/z"));
    store.passTime(100);
    store.accepted(doom("us", "0/z", "0/y"));
    assertThat(doomed(US, 100)).containsExactly("0/z");
    assertThat(doomed(US, 101)).isEmpty();
    assertThat(doomed(US, 0)).containsExactly("0/y", "0/z");
  }

  @Test
  void confirmedDeletionsAreForgotten() {
    store.accepted(doom("us", "0/y", "0/z"));
    store.accepted(confirmDeletions("us", "0/z", "0/unknown", "0/a"));
    assertThat(doomed(US, 0)).containsExactly("0/y");
    assertThat(placements()).containsKey("us");
  }

  @Test
  void listsDoomedObjectsInPages() {
    store.accepted(doom("us", "0/x", "0/y", "0/z"));
    assertThat(store.<Page<String>>query(queries -> queries.doomed(US, Duration.ZERO, "", 2)))
        .isEqualTo(new Page<>(List.of("0/x", "0/y"), true));
    assertThat(store.<Page<String>>query(queries -> queries.doomed(US, Duration.ZERO, "0/y", 2)))
        .isEqualTo(new Page<>(List.of("0/z"), false));
  }

  @Test
  void knowsWhichObjectsAreOrphans() {
    store.accepted(doom("us", "0/z"));
    assertThat(
            store.<List<String>>query(queries -> queries.orphans(US, List.of("0/a", "0/q", "0/z"))))
        .containsExactly("0/q");
    assertThat(store.<List<String>>query(queries -> queries.orphans(EU, List.of("0/a"))))
        .containsExactly("0/a");
  }

  @Test
  void refusesCommandsThatAreTooLarge() {
    String[] keys =
        IntStream.rangeClosed(0, ObjectCommands.MAX_ITEMS)
            .mapToObj(i -> "0/k" + i)
            .toArray(String[]::new);
    store.rejected(RejectionCode.TOO_LARGE, doom("us", keys));
    store.rejected(RejectionCode.TOO_LARGE, confirmDeletions("us", keys));
    store.rejected(
        RejectionCode.TOO_LARGE,
        Operations.collect(
            Collections.nCopies(ObjectCommands.MAX_ITEMS + 1, ExpiredLink.getDefaultInstance())));
  }

  @Test
  void anObjectOfACollectedBlobStaysDoomedWhenTheBlobComesBack() {
    store.accepted(deleteBlob("demo", "layer"));
    store.accepted(commitBlob("demo", "layer", "us", "0/b"));
    assertThat(doomed(US, 0)).containsExactly("0/a");
    assertThat(placements().get("us").getObjectKey()).isEqualTo("0/b");
  }

  private Map<String, PlacementRecord> placements() {
    return store
        .read(view -> view.get(Tables.BLOBS, digest("layer")))
        .orElseThrow()
        .getPlacementsMap();
  }

  private List<String> doomed(RegionId region, long graceMillis) {
    return store
        .query(queries -> queries.doomed(region, Duration.ofMillis(graceMillis), "", 10))
        .items();
  }
}
