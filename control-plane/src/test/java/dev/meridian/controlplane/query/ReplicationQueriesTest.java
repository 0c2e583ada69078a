package dev.meridian.controlplane.query;

import static dev.meridian.controlplane.apply.Operations.addPlacement;
import static dev.meridian.controlplane.apply.Operations.announceRegion;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.reviewLinks;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.apply.AppliedStore;
import dev.meridian.controlplane.query.ReplicationQueries.LackingSince;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicationQueriesTest {

  private static final RegionId US = RegionId.parse("us");
  private static final RegionId EU = RegionId.parse("eu");
  private static final RegionId AP = RegionId.parse("ap");

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
    for (String region : Set.of("us", "eu", "ap")) {
      store.accepted(announceRegion(region, "a:1"));
    }
    store.accepted(reviewLinks());
  }

  @AfterEach
  void close() {
    store.close();
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
  void backfillCountsToo() {
    long backfilled = store.accepted(commitBlob("demo", "old", "us", "0/a"));
    store.accepted(announceRegion("sa", "d:1"));
    store.accepted(reviewLinks());
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
