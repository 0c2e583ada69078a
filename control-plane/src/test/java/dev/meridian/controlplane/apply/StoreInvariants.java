package dev.meridian.controlplane.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ExpiringKey;
import dev.meridian.controlplane.store.Keys.ManifestTagKey;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.Keys.ReferenceKey;
import dev.meridian.controlplane.store.Keys.ReferrerKey;
import dev.meridian.controlplane.store.Keys.TagChangeKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Table;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.ManifestRecord;
import dev.meridian.proto.store.PurgeRecord;
import dev.meridian.proto.store.ReferenceRecord;
import dev.meridian.proto.store.RepositoryRecord;
import dev.meridian.proto.store.RequestRecord;
import dev.meridian.proto.store.TagHistoryRecord;
import dev.meridian.proto.store.TagRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** What holds between the tables after every command, read from all of their rows. */
public final class StoreInvariants {

  private final ReadView view;
  private final Map<ContentKey, ManifestRecord> manifests;
  private final Map<ContentKey, BlobLinkRecord> links;
  private final Map<Digest, BlobRecord> blobs;
  private final Map<TagKey, TagRecord> tags;
  private final Map<Long, PurgeRecord> purges;

  public StoreInvariants(ReadView view) {
    this.view = view;
    this.manifests = rows(Tables.MANIFESTS);
    this.links = rows(Tables.BLOB_LINKS);
    this.blobs = rows(Tables.BLOBS);
    this.tags = rows(Tables.TAGS);
    this.purges = rows(Tables.PURGES);
  }

  public void check() {
    referencesAreThoseOfTheManifests();
    referencedContentIsThere();
    rowsAreOfRepositories();
    linksExpireWhenNothingReferencesThem();
    blobsCountTheirLinks();
    objectsArePlacementsAndNotDoomed();
    bytesCountTheirHolders();
    referrersAreTheManifestsWithSubject();
    tagsNameManifestsBothWays();
    repositoriesCountWhatTheyHold();
    historiesHaveNoGap();
    requestsAreInOrder();
    new CopyInvariants(view).check();
    new AccessInvariants(view).check();
  }

  private void referencesAreThoseOfTheManifests() {
    Set<ReferenceKey> expected = new HashSet<>();
    manifests.forEach((key, manifest) ->
        manifest
            .getReferencesList()
            .forEach(reference ->
                expected.add(
                    new ReferenceKey(
                        Digest.parse(reference.getDigest()),
                        key.repository(),
                        reference.getKind(),
                        key.digest()))));
    assertThat(rows(Tables.REFERENCES).keySet()).isEqualTo(expected);
  }

  private void referencedContentIsThere() {
    for (ReferenceKey reference : rows(Tables.REFERENCES).keySet()) {
      ContentKey target = new ContentKey(reference.repository(), reference.target());
      if (reference.kind() == ReferenceRecord.Kind.BLOB) {
        assertThat(links).containsKey(target);
      } else if (!purges.containsKey(target.repository())) {
        assertThat(manifests).containsKey(target);
      }
    }
  }

  /** What belongs to no repository, present or being purged, would stay for ever. */
  private void rowsAreOfRepositories() {
    Set<Long> repositories = new HashSet<>(purges.keySet());
    rows(Tables.REPOSITORIES)
        .values()
        .forEach(repository -> assertThat(repositories.add(repository.getId())).isTrue());
    assertThat(repositories)
        .containsAll(ids(manifests, ContentKey::repository))
        .containsAll(ids(links, ContentKey::repository))
        .containsAll(ids(tags, TagKey::repository))
        .containsAll(ids(rows(Tables.TAG_HISTORY), TagChangeKey::repository))
        .containsAll(ids(rows(Tables.REFERRERS), ReferrerKey::repository))
        .containsAll(ids(rows(Tables.EXPIRING), ExpiringKey::repository));
  }

  private static <K> Set<Long> ids(Map<K, ?> rows, Function<K, Long> repository) {
    return rows.keySet().stream().map(repository).collect(Collectors.toSet());
  }

  private void linksExpireWhenNothingReferencesThem() {
    Set<ContentKey> referenced =
        rows(Tables.REFERENCES).keySet().stream()
            .filter(reference -> reference.kind() == ReferenceRecord.Kind.BLOB)
            .map(reference -> new ContentKey(reference.repository(), reference.target()))
            .collect(Collectors.toSet());
    Set<ExpiringKey> expiring = new HashSet<>();
    links.forEach((key, link) -> {
      assertThat(link.getExpiresMs() == 0).as("%s", key).isEqualTo(referenced.contains(key));
      if (link.getExpiresMs() != 0) {
        expiring.add(new ExpiringKey(link.getExpiresMs(), key.repository(), key.digest()));
      }
    });
    assertThat(rows(Tables.EXPIRING).keySet()).isEqualTo(expiring);
  }

  private void blobsCountTheirLinks() {
    Map<Digest, Long> counts = counts(links.keySet(), ContentKey::digest);
    assertThat(blobs.keySet()).isEqualTo(counts.keySet());
    blobs.forEach((digest, blob) -> assertThat(blob.getLinks()).isEqualTo(counts.get(digest)));
    links.forEach(
        (key, link) -> assertThat(link.getSize()).isEqualTo(blobs.get(key.digest()).getSize()));
  }

  private void objectsArePlacementsAndNotDoomed() {
    Map<ObjectKey, Digest> placements = new HashMap<>();
    blobs.forEach((digest, blob) ->
        blob.getPlacementsMap()
            .forEach((region, placement) ->
                placements.put(
                    new ObjectKey(RegionId.parse(region), placement.getObjectKey()), digest)));
    assertThat(rows(Tables.OBJECTS)).isEqualTo(placements);
    assertThat(rows(Tables.DOOMED).keySet()).noneMatch(placements::containsKey);
  }

  private void bytesCountTheirHolders() {
    Map<Digest, Long> holders = new HashMap<>();
    rows(Tables.MANIFEST_BYTES).forEach((digest, bytes) -> holders.put(digest, bytes.getHolders()));
    assertThat(holders).isEqualTo(counts(manifests.keySet(), ContentKey::digest));
  }

  private void referrersAreTheManifestsWithSubject() {
    Set<ReferrerKey> expected = new HashSet<>();
    manifests.forEach((key, manifest) -> {
      if (!manifest.getSubject().isEmpty()) {
        expected.add(
            new ReferrerKey(key.repository(), Digest.parse(manifest.getSubject()), key.digest()));
      }
    });
    assertThat(rows(Tables.REFERRERS).keySet()).isEqualTo(expected);
  }

  private void tagsNameManifestsBothWays() {
    Set<ManifestTagKey> expected = new HashSet<>();
    tags.forEach((key, tag) -> {
      Digest digest = Digest.parse(tag.getDigest());
      assertThat(manifests).containsKey(new ContentKey(key.repository(), digest));
      expected.add(new ManifestTagKey(key.repository(), digest, key.tag()));
    });
    assertThat(rows(Tables.MANIFEST_TAGS).keySet()).isEqualTo(expected);
  }

  private void repositoriesCountWhatTheyHold() {
    Map<Long, Long> manifestCounts = counts(manifests.keySet(), ContentKey::repository);
    Map<Long, Long> tagCounts = counts(tags.keySet(), TagKey::repository);
    Set<RepositoryName> listed = new HashSet<>();
    Map<RepositoryName, RepositoryRecord> repositories = rows(Tables.REPOSITORIES);
    repositories.forEach((name, repository) -> {
      long id = repository.getId();
      assertThat(repository.getManifests()).isEqualTo(manifestCounts.getOrDefault(id, 0L));
      assertThat(repository.getTags()).isEqualTo(tagCounts.getOrDefault(id, 0L));
      if (repository.getManifests() > 0) {
        listed.add(name);
      }
    });
    assertThat(rows(Tables.CATALOG).keySet()).isEqualTo(listed);
  }

  private void historiesHaveNoGap() {
    Map<TagKey, List<TagHistoryRecord>> histories = new HashMap<>();
    rows(Tables.TAG_HISTORY)
        .forEach((key, change) ->
            histories
                .computeIfAbsent(new TagKey(key.repository(), key.tag()), tag -> new ArrayList<>())
                .add(change));
    histories.forEach((tag, changes) -> {
      long newest = changes.getFirst().getNumber();
      List<Long> numbers = changes.stream().map(TagHistoryRecord::getNumber).toList();
      assertThat(numbers)
          .isEqualTo(LongStream.range(0, changes.size()).mapToObj(i -> newest - i).toList());
      if (!purges.containsKey(tag.repository())) {
        assertThat(changes.getFirst().getFirst()).isEqualTo(numbers.getLast());
      }
    });
    assertThat(histories.keySet()).containsAll(tags.keySet());
  }

  private void requestsAreInOrder() {
    Map<Long, Object> byRevision = new HashMap<>();
    rows(Tables.REQUESTS).forEach((id, request) -> byRevision.put(revision(request), id));
    assertThat(rows(Tables.REQUEST_ORDER)).isEqualTo(byRevision);
  }

  private static long revision(RequestRecord request) {
    return request.getRevision();
  }

  private <K, V> Map<K, V> rows(Table<K, V> table) {
    Map<K, V> rows = new LinkedHashMap<>();
    for (Row<K, V> row : view.scan(table, table.all(), Integer.MAX_VALUE)) {
      rows.put(row.key(), row.value());
    }
    return rows;
  }

  private static <K, G> Map<G, Long> counts(Set<K> keys, Function<K, G> group) {
    return keys.stream().collect(Collectors.groupingBy(group, Collectors.counting()));
  }
}
