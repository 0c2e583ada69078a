package dev.meridian.controlplane.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.MissingKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Table;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.PendingRecord;
import dev.meridian.proto.store.PolicyRecord;
import dev.meridian.proto.store.RegionRecord;
import dev.meridian.proto.store.RepositoryRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What holds of wanted and missing copies, computed anew from policies, links and placements. */
final class CopyInvariants {

  private final ReadView view;
  private final Map<ContentKey, BlobLinkRecord> links;
  private final Map<Digest, BlobRecord> blobs;
  private final Set<String> present = new HashSet<>();

  CopyInvariants(ReadView view) {
    this.view = view;
    this.links = rows(Tables.BLOB_LINKS);
    this.blobs = rows(Tables.BLOBS);
    rows(Tables.REGIONS)
        .forEach((region, row) -> {
          if (isPresent(row)) {
            present.add(region.value());
          }
        });
  }

  private static boolean isPresent(RegionRecord region) {
    return !region.getRemoved() && !region.getGrpcAddress().isEmpty();
  }

  void check() {
    blobsCountWhereLinksWantThem();
    blobsCountWhereLinksAllowThem();
    missingRowsAreThoseThatBlobsName();
    pendingSumsMissingUp();
    lackingBlobsAreCountedOnce();
    if (!new Queries(view).forCopies().isReviewing()) {
      linksWantWhatPoliciesSay();
      whatIsWantedAndNotThereIsMissing();
    }
  }

  private void blobsCountWhereLinksWantThem() {
    Map<Digest, Map<String, Long>> expected = new HashMap<>();
    blobs.keySet().forEach(digest -> expected.put(digest, new HashMap<>()));
    links.forEach((key, link) ->
        link.getWantedList()
            .forEach(region -> expected.get(key.digest()).merge(region, 1L, Long::sum)));
    blobs.forEach(
        (digest, blob) -> assertThat(blob.getWantedMap()).isEqualTo(expected.get(digest)));
  }

  private void blobsCountWhereLinksAllowThem() {
    Map<Digest, Map<String, Long>> expected = new HashMap<>();
    Map<Digest, Long> confined = new HashMap<>();
    blobs.keySet().forEach(digest -> expected.put(digest, new HashMap<>()));
    links.forEach((key, link) -> {
      confined.merge(key.digest(), link.getOnlyCount() > 0 ? 1L : 0, Long::sum);
      link.getOnlyList().forEach(region -> expected.get(key.digest()).merge(region, 1L, Long::sum));
    });
    blobs.forEach((digest, blob) -> {
      assertThat(blob.getAllowedMap()).isEqualTo(expected.get(digest));
      assertThat(blob.getConfined()).isEqualTo(confined.getOrDefault(digest, 0L));
    });
  }

  private void missingRowsAreThoseThatBlobsName() {
    Map<MissingKey, Long> expected = new HashMap<>();
    blobs.forEach((digest, blob) ->
        blob.getMissingMap()
            .forEach((region, row) -> {
              assertThat(blob.containsWanted(region) || blob.containsAllowed(region)).isTrue();
              assertThat(blob.getPlacementsMap()).doesNotContainKey(region);
              expected.put(
                  new MissingKey(
                      RegionId.parse(region), row.getBackfill(), row.getRevision(), digest),
                  blob.getSize());
            }));
    Map<MissingKey, Long> found = new HashMap<>();
    rows(Tables.MISSING).forEach((key, row) -> found.put(key, row.getSize()));
    assertThat(found).isEqualTo(expected);
  }

  private void pendingSumsMissingUp() {
    Map<RegionId, PendingRecord> expected = new HashMap<>();
    rows(Tables.MISSING)
        .forEach((key, row) -> {
          PendingRecord sum =
              expected.getOrDefault(key.region(), PendingRecord.getDefaultInstance());
          expected.put(
              key.region(),
              sum.toBuilder()
                  .setBlobs(sum.getBlobs() + 1)
                  .setBytes(sum.getBytes() + row.getSize())
                  .setBackfillBlobs(sum.getBackfillBlobs() + (key.backfill() ? 1 : 0))
                  .setBackfillBytes(sum.getBackfillBytes() + (key.backfill() ? row.getSize() : 0))
                  .build());
        });
    blobs.values().forEach(blob -> addMisplaced(blob, expected));
    assertThat(rows(Tables.PENDING)).isEqualTo(expected);
  }

  private static void addMisplaced(BlobRecord blob, Map<RegionId, PendingRecord> sums) {
    misplaced(blob)
        .forEach(region -> {
          RegionId id = RegionId.parse(region);
          PendingRecord sum = sums.getOrDefault(id, PendingRecord.getDefaultInstance());
          sums.put(
              id,
              sum.toBuilder()
                  .setMisplacedBlobs(sum.getMisplacedBlobs() + 1)
                  .setMisplacedBytes(sum.getMisplacedBytes() + blob.getSize())
                  .build());
        });
  }

  private static Set<String> misplaced(BlobRecord blob) {
    if (blob.getConfined() == 0 || blob.getConfined() < blob.getLinks()) {
      return Set.of();
    }
    Set<String> misplaced = new HashSet<>(blob.getPlacementsMap().keySet());
    misplaced.removeAll(blob.getAllowedMap().keySet());
    return misplaced;
  }

  private void lackingBlobsAreCountedOnce() {
    List<BlobRecord> lacking = blobs.values().stream().filter(BlobRecord::getLacking).toList();
    assertThat(lacking).allMatch(blob -> blob.getMissingCount() > 0);
    assertThat(view.number(Meta.BLOBS_LACKING)).isEqualTo(lacking.size());
  }

  /** Links of deleted repositories, which are being purged, want what they did before. */
  private void linksWantWhatPoliciesSay() {
    Map<Long, List<String>> wanted = new HashMap<>();
    Map<RepositoryName, RepositoryRecord> repositories = rows(Tables.REPOSITORIES);
    repositories.forEach((name, row) -> wanted.put(row.getId(), wanted(name.value())));
    links.forEach((key, link) -> {
      if (wanted.containsKey(key.repository())) {
        assertThat(link.getWantedList()).isEqualTo(wanted.get(key.repository()));
      }
    });
  }

  private List<String> wanted(String repository) {
    String longest = null;
    PolicyRecord policy = PolicyRecord.newBuilder().setEager(true).build();
    for (Map.Entry<String, PolicyRecord> row : rows(Tables.POLICIES).entrySet()) {
      String prefix = row.getKey();
      boolean holds =
          prefix.isEmpty() || repository.equals(prefix) || repository.startsWith(prefix + "/");
      if (holds && (longest == null || prefix.length() > longest.length())) {
        longest = prefix;
        policy = row.getValue();
      }
    }
    List<String> regions = new ArrayList<>();
    for (String region : present.stream().sorted().toList()) {
      boolean listed = policy.getRegionsCount() == 0 || policy.getRegionsList().contains(region);
      boolean allowed = policy.getOnlyCount() == 0 || policy.getOnlyList().contains(region);
      if (policy.getEager() && listed && allowed) {
        regions.add(region);
      }
    }
    return regions;
  }

  private void whatIsWantedAndNotThereIsMissing() {
    blobs.forEach((digest, blob) -> {
      Set<String> expected = new HashSet<>(blob.getWantedMap().keySet());
      Set<String> misplaced = misplaced(blob);
      Set<String> wellPlaced = new HashSet<>(blob.getPlacementsMap().keySet());
      wellPlaced.removeAll(misplaced);
      boolean placed = !wellPlaced.isEmpty();
      if (!misplaced.isEmpty() && !placed) {
        expected.addAll(blob.getAllowedMap().keySet());
      }
      expected.removeAll(blob.getPlacementsMap().keySet());
      expected.retainAll(present);
      assertThat(blob.getMissingMap().keySet()).as("%s", digest).isEqualTo(expected);
      assertThat(blob.getLacking()).isEqualTo(!expected.isEmpty());
      wellPlaced.retainAll(present);
      boolean enough = wellPlaced.size() >= minCopiesWithin(blob.getAllowedMap().keySet());
      if (placed && (expected.isEmpty() || enough)) {
        assertThat(misplaced).as("%s", digest).isEmpty();
      }
    });
  }

  private int minCopiesWithin(Set<String> allowed) {
    int most = 1;
    for (PolicyRecord policy : rows(Tables.POLICIES).values()) {
      if (policy.getOnlyCount() > 0 && allowed.containsAll(policy.getOnlyList())) {
        most = Math.max(most, policy.getMinCopies());
      }
    }
    return most;
  }

  private <K, V> Map<K, V> rows(Table<K, V> table) {
    Map<K, V> rows = new LinkedHashMap<>();
    for (Row<K, V> row : view.scan(table, table.all(), Integer.MAX_VALUE)) {
      rows.put(row.key(), row.value());
    }
    return rows;
  }
}
