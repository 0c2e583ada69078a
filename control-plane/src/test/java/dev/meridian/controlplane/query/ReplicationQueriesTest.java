package dev.meridian.controlplane.query;

import static dev.meridian.controlplane.apply.Operations.addPlacement;
import static dev.meridian.controlplane.apply.Operations.announceRegion;
import static dev.meridian.controlplane.apply.Operations.blob;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.deleteRepository;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.join;
import static dev.meridian.controlplane.apply.Operations.leave;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.mountBlob;
import static dev.meridian.controlplane.apply.Operations.put;
import static dev.meridian.controlplane.apply.Operations.removeRegion;
import static dev.meridian.controlplane.apply.Operations.reviewLinks;
import static dev.meridian.controlplane.apply.Operations.setPolicy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meridian.controlplane.apply.AppliedStore;
import dev.meridian.controlplane.query.ReplicationQueries.AtRisk;
import dev.meridian.controlplane.query.ReplicationQueries.LackingSince;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicationQueriesTest {

  private static final RegionId US = RegionId.parse("us");
  private static final RegionId EU = RegionId.parse("eu");
  private static final RegionId AP = RegionId.parse("ap");
  private static final Map<Digest, String> CONTENTS = Map.of(digest("a"), "a", digest("b"), "b");

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
    for (String region : Set.of("us", "eu", "ap")) {
      store.accepted(announceRegion(region, "a:1"));
    }
    review();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private List<String> atRisk(String region) {
    return store
        .query(queries ->
            queries.forReplication().atRisk(RegionId.parse(region), Optional.empty(), 100))
        .blobs()
        .stream()
        .map(blob -> CONTENTS.get(blob.digest()))
        .toList();
  }

  private Map<RegionId, LackingSince> oldestLacking(RegionId region) {
    Set<RegionId> others = new HashSet<>(Set.of(US, EU, AP));
    others.remove(region);
    return store.query(queries -> queries.forReplication().oldestLacking(region, others));
  }

  private Map<RegionId, LackingSince> oldestOf(RegionId region, int rows) {
    return store.read(view -> {
      OldestLacking oldest = new OldestLacking(view, Set.of(US, EU), rows);
      view.visit(Tables.MISSING, MissingKey.in(region, false), oldest);
      return oldest.found();
    });
  }

  @Test
  void aRegionLagsBehindEachOtherByTheOldestThatThatOneHolds() {
    store.passTime(5);
    long first = store.accepted(commitBlob("demo", "first", "us", "0/a"));
    store.passTime(5);
    long second = store.accepted(commitBlob("demo", "second", "us", "0/b"));
    store.accepted(addPlacement("second", "eu", "0/c"));

    assertThat(oldestLacking(AP))
        .containsOnly(
            Map.entry(US, new LackingSince(first, 5)), Map.entry(EU, new LackingSince(second, 10)));
    assertThat(oldestLacking(EU)).containsOnly(Map.entry(US, new LackingSince(first, 5)));
    assertThat(oldestLacking(US)).isEmpty();
  }

  @Test
  void aCopyThatItsRegionMayNotGiveSavesNothing() {
    joinNodes("us", "eu", "ap");
    store.accepted(commitBlob("open", "a", "us", "0/a"));
    store.accepted(addPlacement("a", "eu", "0/b"));
    assertThat(atRisk("us")).isEmpty();

    store.accepted(setPolicy("open", "", true, "us,ap", 2));
    review();
    assertThat(atRisk("us")).containsExactly("a");
    assertThat(atRisk("eu")).isEmpty();
  }

  @Test
  void aCopyInARegionWithoutNodesSavesNothing() {
    joinNodes("us", "eu");
    store.accepted(commitBlob("demo", "a", "us", "0/a"));
    store.accepted(addPlacement("a", "ap", "0/b"));
    assertThat(atRisk("us")).containsExactly("a");
    assertThat(atRisk("eu")).isEmpty();

    joinNodes("ap");
    assertThat(atRisk("us")).isEmpty();
    store.accepted(leave("node-ap"));
    store.accepted(removeRegion("ap"));
    joinNodes("ap");
    assertThat(atRisk("us")).as("its copies are being given up").containsExactly("a");
  }

  @Test
  void whatIsAtRiskIsToldWithAnImageThatNeedsIt() {
    joinNodes("us");
    store.accepted(commitBlob("gone", "a", "us", "0/a"));
    store.accepted(put(manifest("gone", "m", blob("a"))));
    store.accepted(mountBlob("demo", "a", "gone"));
    store.accepted(commitBlob("demo", "b", "us", "0/b"));
    store.accepted(put(manifest("demo", "m", blob("a"))));
    store.accepted(deleteRepository("gone"));

    var found =
        store.query(queries -> queries.forReplication().atRisk(US, Optional.empty(), 100)).blobs();
    assertThat(found)
        .extracting(AtRisk::digest, AtRisk::links, AtRisk::image)
        .containsExactlyInAnyOrder(
            tuple(digest("a"), 2L, Optional.of("demo@" + digest("m"))),
            tuple(digest("b"), 1L, Optional.empty()));
  }

  private void joinNodes(String... regions) {
    for (String region : regions) {
      store.accepted(join("node-" + region, region, "10.0.0.1:1"));
    }
  }

  private void review() {
    while (store.query(queries -> queries.forCopies().isReviewing())) {
      store.accepted(reviewLinks());
    }
  }

  @Test
  void backfillCountsToo() {
    long backfilled = store.accepted(commitBlob("demo", "old", "us", "0/a"));
    store.accepted(announceRegion("sa", "d:1"));
    review();
    long pushed = store.accepted(commitBlob("demo", "new", "eu", "0/b"));

    Map<RegionId, LackingSince> oldest = oldestLacking(RegionId.parse("sa"));
    assertThat(oldest.get(US).revision()).isBetween(backfilled + 1, pushed - 1);
    assertThat(oldest.get(EU).revision()).isEqualTo(pushed);
  }

  @Test
  void behindManyRowsTheOldestIsWhatItCanBeAtMost() {
    store.accepted(commitBlob("demo", "a", "us", "0/a"));
    long second = store.accepted(commitBlob("demo", "b", "us", "0/b"));
    long third = store.accepted(commitBlob("demo", "c", "eu", "0/c"));

    assertThat(oldestOf(AP, 1).get(EU).revision()).isEqualTo(second);
    assertThat(oldestOf(AP, 2).get(EU).revision()).isEqualTo(third);
    assertThat(oldestOf(AP, 3).get(EU).revision()).isEqualTo(third);
  }
}
