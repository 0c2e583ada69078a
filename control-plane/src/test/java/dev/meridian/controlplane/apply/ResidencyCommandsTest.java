package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.addPlacement;
import static dev.meridian.controlplane.apply.Operations.announceRegion;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.deleteBlob;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.mountBlob;
import static dev.meridian.controlplane.apply.Operations.removeUnneededRegion;
import static dev.meridian.controlplane.apply.Operations.reviewLinks;
import static dev.meridian.controlplane.apply.Operations.setPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.ReviewLinks.Extent;
import dev.meridian.proto.store.PendingRecord;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies that keep bytes to some regions, where these are elsewhere already. */
class ResidencyCommandsTest {

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
    store.accepted(announceRegion("us", "a:1"));
    store.accepted(announceRegion("eu", "b:1"));
    store.accepted(announceRegion("ap", "c:1"));
    review();
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void copiesElsewhereGoWhenEnoughAreWhereTheyMayBe() {
    store.accepted(commitBlob("legal", "layer", "us", "0/a"));
    store.accepted(setPolicy("legal", "", true, "eu,ap", 1));
    review();
    assertThat(pending("us").getMisplacedBlobs()).isEqualTo(1);

    store.accepted(addPlacement("layer", "eu", "0/b"));
    assertThat(holders("layer")).as("ap may be down for long").containsExactly("eu");
    assertThat(isDoomed("us", "0/a")).isTrue();
    assertThat(pending("us")).isEqualTo(PendingRecord.getDefaultInstance());
    assertThat(pending("ap").getBlobs()).isEqualTo(1);
  }

  @Test
  void theyGoAtOnceWhenEnoughAreThereAlready() {
    store.accepted(commitBlob("legal", "layer", "us", "0/a"));
    store.accepted(addPlacement("layer", "eu", "0/b"));
    store.accepted(setPolicy("legal", "", true, "eu,ap", 1));
    review();
    assertThat(holders("layer")).containsExactly("eu");
  }

  @Test
  void copiesElsewhereStayUntilThereAreAsManyAsThePolicyAsksFor() {
    store.accepted(commitBlob("legal", "layer", "us", "0/a"));
    store.accepted(addPlacement("layer", "eu", "0/b"));
    store.accepted(setPolicy("legal", "", true, "eu,ap", 2));
    store.accepted(setPolicy("other", "", true, "us", 1));
    review();
    assertThat(holders("layer")).containsExactlyInAnyOrder("us", "eu");
    assertThat(pending("us").getMisplacedBlobs()).isEqualTo(1);
    assertThat(pending("us").getMisplacedBytes()).isEqualTo("layer".length());

    store.accepted(addPlacement("layer", "ap", "0/c"));
    assertThat(holders("layer")).containsExactlyInAnyOrder("eu", "ap");
    assertThat(isDoomed("us", "0/a")).isTrue();
    assertThat(pending("us")).isEqualTo(PendingRecord.getDefaultInstance());
  }

  @Test
  void theOnlyCopyStaysUntilARegionThatMayHaveItDoes() {
    store.accepted(commitBlob("legal", "layer", "us", "0/a"));
    store.accepted(setPolicy("legal", "", false, "eu,ap", 1));
    review();
    assertThat(holders("layer")).containsExactly("us");
    assertThat(pending("eu").getBlobs()).isEqualTo(1);
    assertThat(pending("ap").getBlobs()).isEqualTo(1);

    store.accepted(addPlacement("layer", "eu", "0/b"));
    assertThat(holders("layer")).containsExactly("eu");
    assertThat(isDoomed("us", "0/a")).isTrue();
    assertThat(pending("ap")).isEqualTo(PendingRecord.getDefaultInstance());
  }

  @Test
  void anotherRepositoryMayKeepThem() {
    store.accepted(setPolicy("legal", "", true, "eu", 1));
    store.accepted(commitBlob("open", "layer", "us", "0/a"));
    store.accepted(addPlacement("layer", "eu", "0/b"));
    store.accepted(addPlacement("layer", "ap", "0/c"));
    store.accepted(mountBlob("legal", "layer", "open"));
    assertThat(holders("layer")).containsExactlyInAnyOrder("us", "eu", "ap");

    store.accepted(deleteBlob("open", "layer"));
    assertThat(holders("layer")).containsExactly("eu");
    assertThat(isDoomed("us", "0/a")).isTrue();
    assertThat(isDoomed("ap", "0/c")).isTrue();
  }

  @Test
  void aBlobIsMountedOnlyWhereItMayBe() {
    store.accepted(setPolicy("legal", "", true, "eu", 1));
    store.accepted(commitBlob("open", "layer", "us", "0/a"));
    store.rejected(RejectionCode.BLOB_UNKNOWN, mountBlob("legal", "layer", "open"));
    store.accepted(commitBlob("legal", "layer", "eu", "0/b"));
    store.accepted(mountBlob("legal/copy", "layer", "open"));
  }

  @Test
  void aCopyThatComesTooLateIsDoomed() {
    store.accepted(setPolicy("legal", "", true, "eu", 1));
    store.accepted(commitBlob("legal", "layer", "eu", "0/a"));
    assertThat(
            store.rejected(RejectionCode.DENIED, addPlacement("layer", "us", "0/b")).getMessage())
        .isEqualTo(
            "no policy of a repository that links "
                + digest("layer")
                + " allows a copy in region us");
    assertThat(isDoomed("us", "0/b")).isTrue();
  }

  @Test
  void aPushWhereItMayBeMakesRoomForItself() {
    store.accepted(setPolicy("legal", "", true, "eu", 1));
    store.accepted(commitBlob("legal", "layer", "eu", "0/a"));
    store.accepted(commitBlob("open", "layer", "us", "0/b"));
    assertThat(holders("layer")).containsExactlyInAnyOrder("us", "eu");
  }

  @Test
  void aPolicyThatIsLiftedLetsThemStay() {
    store.accepted(commitBlob("legal", "layer", "us", "0/a"));
    store.accepted(setPolicy("legal", "", true, "eu", 1));
    review();
    assertThat(pending("us").getMisplacedBlobs()).isEqualTo(1);
    store.accepted(setPolicy("legal", "", true, "", 1));
    review();
    assertThat(pending("us")).isEqualTo(PendingRecord.getDefaultInstance());
    store.accepted(addPlacement("layer", "eu", "0/b"));
    assertThat(holders("layer")).containsExactlyInAnyOrder("us", "eu");
  }

  @Test
  void logsOfBeforeLeaveCopiesWhereTheyAre(@TempDir Path other) {
    try (AppliedStore old = new AppliedStore(other)) {
      old.accepted(announceRegion("us", "a:1"));
      old.accepted(announceRegion("eu", "b:1"));
      old.accepted(reviewLinks(Extent.WANTED));
      old.accepted(commitBlob("open", "layer", "us", "0/a"));
      old.accepted(setPolicy("legal", "", true, "eu", 1));
      old.accepted(mountBlob("legal", "layer", "open"));
      old.accepted(deleteBlob("open", "layer"));
      old.accepted(addPlacement("layer", "eu", "0/b"));
      assertThat(holders(old, "layer")).containsExactlyInAnyOrder("us", "eu");
      old.accepted(reviewLinks());
      assertThat(holders(old, "layer")).containsExactly("eu");
      old.checkInvariants();
    }
  }

  @Test
  void logsOfBeforeKeepCopiesUntilAllThatThePolicyWantsAreThere(@TempDir Path other) {
    try (AppliedStore old = new AppliedStore(other)) {
      old.accepted(announceRegion("us", "a:1"));
      old.accepted(announceRegion("eu", "b:1"));
      old.accepted(announceRegion("ap", "c:1"));
      old.accepted(reviewLinks(Extent.ALLOWED));
      old.accepted(commitBlob("legal", "layer", "us", "0/a"));
      old.accepted(addPlacement("layer", "eu", "0/b"));
      old.accepted(setPolicy("legal", "", true, "eu,ap", 1));
      old.accepted(reviewLinks(Extent.ALLOWED));
      assertThat(holders(old, "layer")).containsExactlyInAnyOrder("us", "eu");
      old.accepted(reviewLinks());
      assertThat(holders(old, "layer")).containsExactly("eu");
      old.checkInvariants();
    }
  }

  @Test
  void aRegionThatAPolicyNeedsStays() {
    store.accepted(setPolicy("legal", "", true, "eu,ap", 2));
    assertThat(store.rejected(RejectionCode.IN_USE, removeUnneededRegion("ap")).getMessage())
        .isEqualTo(
            "the policy of legal asks for 2 copies, and without ap fewer regions may hold one:"
                + " change or delete it first");
    store.accepted(removeUnneededRegion("us"));
    store.accepted(setPolicy("legal", "", true, "eu", 1));
    store.accepted(removeUnneededRegion("ap"));
    assertThat(store.rejected(RejectionCode.IN_USE, removeUnneededRegion("eu")).getMessage())
        .startsWith("the policy of legal asks for 1 copy, and without eu");
  }

  private void review() {
    while (store.query(queries -> queries.forCopies().isReviewing())) {
      store.accepted(reviewLinks());
    }
  }

  private Set<String> holders(String content) {
    return holders(store, content);
  }

  private static Set<String> holders(AppliedStore store, String content) {
    return store
        .read(view -> view.get(Tables.BLOBS, digest(content)))
        .orElseThrow()
        .getPlacementsMap()
        .keySet();
  }

  private boolean isDoomed(String region, String key) {
    return store.read(
        view -> view.contains(Tables.DOOMED, new ObjectKey(RegionId.parse(region), key)));
  }

  private PendingRecord pending(String region) {
    return store
        .read(view -> view.get(Tables.PENDING, RegionId.parse(region)))
        .orElse(PendingRecord.getDefaultInstance());
  }
}
