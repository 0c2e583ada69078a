package dev.meridian.node.fetch;

import com.google.protobuf.ByteString;
import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Executed;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.ManifestEntry;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataRejectedException.Reason;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.metadata.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Blobs, placements and doomed objects of a cluster in memory; all of its nodes share one. */
public final class FakeMetadata implements MetadataClient {

  private record Blob(long size, Map<RegionId, String> placements) {}

  private final Map<RegionId, Set<Digest>> wanted = new TreeMap<>();
  private final Set<RegionId> paused = new TreeSet<>();
  private final Map<String, Long> verified = new TreeMap<>();
  private PlacementPolicy policy = new PlacementPolicy(1, Set.of(), Set.of(), 1);

  private final Map<Digest, Blob> blobs = new TreeMap<>();
  private final Map<RegionId, TreeSet<String>> doomed = new TreeMap<>();
  private final List<Membership.Member> members = new ArrayList<>();
  private final List<MetadataCommand> commands = new ArrayList<>();
  private long revision = 1;
  private boolean down;
  private boolean refusesPlacements;
  private long clusterTimeMillis = Duration.ofHours(1000).toMillis();

  public synchronized void link(Digest digest, long size) {
    blobs.put(digest, new Blob(size, new TreeMap<>()));
  }

  public synchronized void place(Digest digest, RegionId region, String key) {
    blobs.get(digest).placements().put(region, key);
  }

  /** A region should hold a blob. */
  public synchronized void want(Digest digest, RegionId region) {
    wanted.computeIfAbsent(region, r -> new LinkedHashSet<>()).add(digest);
  }

  public synchronized void pause(RegionId region, boolean pause) {
    var unused = pause ? paused.add(region) : paused.remove(region);
  }

  /** Of all repositories. */
  public synchronized void setPolicy(Set<RegionId> only, int minCopies) {
    policy = new PlacementPolicy(revision, Set.of(), only, minCopies);
  }

  public synchronized Map<RegionId, String> placements(Digest digest) {
    return Map.copyOf(blobs.get(digest).placements());
  }

  public synchronized void join(Membership.Member member) {
    members.add(member);
  }

  public synchronized void setDown(boolean down) {
    this.down = down;
  }

  public synchronized void refusePlacements() {
    refusesPlacements = true;
  }

  public synchronized void advance(Duration time) {
    clusterTimeMillis += time.toMillis();
  }

  public synchronized List<String> doomed(RegionId region) {
    return List.copyOf(doomed.getOrDefault(region, new TreeSet<>()));
  }

  public synchronized List<MetadataCommand> commands() {
    return List.copyOf(commands);
  }

  private void requireUp() {
    if (down) {
      throw new MetadataUnavailableException("down", false, null);
    }
  }

  @Override
  public synchronized Executed execute(Caller caller, MetadataCommand command) {
    requireUp();
    commands.add(command);
    switch (command) {
      case MetadataCommand.AddPlacement add -> addPlacement(add);
      case MetadataCommand.RemovePlacement remove ->
          blobs.get(remove.digest()).placements().remove(remove.region());
      case MetadataCommand.PutManifest put -> requireCopies();
      case MetadataCommand.CommitBlob commit ->
          blobs
              .computeIfAbsent(commit.digest(), d -> new Blob(commit.size(), new TreeMap<>()))
              .placements()
              .put(commit.region(), commit.objectKey());
      case MetadataCommand.DoomObjects doom ->
          doomed.computeIfAbsent(doom.region(), r -> new TreeSet<>()).addAll(doom.objectKeys());
      case MetadataCommand.ConfirmDeletions confirm ->
          doomed.get(confirm.region()).removeAll(confirm.objectKeys());
      default -> throw new UnsupportedOperationException(command.toString());
    }
    return new Executed(++revision, Optional.empty(), Optional.empty());
  }

  private void addPlacement(MetadataCommand.AddPlacement add) {
    Blob blob = blobs.get(add.digest());
    if (blob == null || refusesPlacements) {
      throw new MetadataRejectedException(Reason.BLOB_UNKNOWN, "collected", List.of(), revision);
    }
    verified.put(add.objectKey(), clusterTimeMillis);
    String before = blob.placements().putIfAbsent(add.region(), add.objectKey());
    if (before != null && !before.equals(add.objectKey())) {
      doomed.computeIfAbsent(add.region(), r -> new TreeSet<>()).add(add.objectKey());
    }
  }

  /** Every blob is taken for one of the manifest's. */
  private void requireCopies() {
    List<String> lacking =
        blobs.entrySet().stream()
            .filter(blob -> copies(blob.getValue()) < policy.minCopies())
            .map(blob -> blob.getKey().toString())
            .toList();
    if (!lacking.isEmpty()) {
      throw new MetadataRejectedException(
          Reason.COPIES_MISSING, "copies are missing of " + lacking, lacking, revision);
    }
  }

  private long copies(Blob blob) {
    return blob.placements().keySet().stream()
        .filter(region -> policy.only().isEmpty() || policy.only().contains(region))
        .count();
  }

  @Override
  public synchronized BlobCopies getPlacements(Digest digest, Freshness freshness) {
    requireUp();
    Blob blob = blobs.get(digest);
    if (blob == null) {
      throw new MetadataRejectedException(Reason.BLOB_UNKNOWN, "no such blob", List.of(), revision);
    }
    return new BlobCopies(
        revision,
        blob.size(),
        blob.placements(),
        blob.placements().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, copy -> verified.getOrDefault(copy.getValue(), 0L))));
  }

  @Override
  public synchronized PlacementPolicy getPolicy(RepositoryName repository, Freshness freshness) {
    requireUp();
    return policy;
  }

  /** Pages of two, the cursor is the number of those that came before. */
  @Override
  public synchronized MissingPage listMissing(RegionId region, MissingFrom from, int limit) {
    requireUp();
    List<MissingBlob> missing =
        wanted.getOrDefault(region, Set.of()).stream()
            .filter(digest -> !blobs.get(digest).placements().containsKey(region))
            .map(digest ->
                new MissingBlob(
                    digest,
                    blobs.get(digest).size(),
                    false,
                    List.copyOf(blobs.get(digest).placements().keySet())))
            .toList();
    int start =
        switch (from) {
          case MissingFrom.First() -> 0;
          case MissingFrom.After(ByteString key) -> Integer.parseInt(key.toStringUtf8());
          case MissingFrom.Newest() -> Math.max(0, missing.size() - 2);
        };
    int end = Math.min(missing.size(), start + 2);
    return new MissingPage(
        start >= end ? List.of() : missing.subList(start, end),
        end < missing.size()
            ? Optional.of(new MissingFrom.After(ByteString.copyFromUtf8(Integer.toString(end))))
            : Optional.empty(),
        paused.contains(region));
  }

  @Override
  public synchronized Page<StoredCopy> listCopies(
      RegionId region, Optional<String> last, int limit) {
    requireUp();
    List<StoredCopy> copies =
        blobs.entrySet().stream()
            .filter(blob -> blob.getValue().placements().containsKey(region))
            .map(blob -> {
              String key = blob.getValue().placements().get(region);
              return new StoredCopy(
                  key, blob.getKey(), blob.getValue().size(), verified.getOrDefault(key, 0L));
            })
            .sorted(Comparator.comparing(StoredCopy::objectKey))
            .filter(copy -> copy.objectKey().compareTo(last.orElse("")) > 0)
            .toList();
    return new Page<>(
        revision, copies.subList(0, Math.min(limit, copies.size())), copies.size() > limit);
  }

  @Override
  public synchronized BlobEntry getBlob(
      RepositoryName repository, Digest digest, Freshness freshness) {
    requireUp();
    Blob blob = blobs.get(digest);
    if (blob == null) {
      throw new MetadataRejectedException(Reason.BLOB_UNKNOWN, "no such blob", List.of(), revision);
    }
    return new BlobEntry(revision, blob.size(), blob.placements(), false);
  }

  @Override
  public synchronized Page<String> listDoomed(
      RegionId region, Duration grace, Optional<String> last, int limit) {
    requireUp();
    List<String> after =
        doomed(region).stream().filter(key -> key.compareTo(last.orElse("")) > 0).toList();
    return new Page<>(
        revision, after.subList(0, Math.min(limit, after.size())), after.size() > limit);
  }

  @Override
  public synchronized List<String> findOrphans(RegionId region, List<String> objectKeys) {
    requireUp();
    return objectKeys.stream()
        .filter(key -> !doomed(region).contains(key))
        .filter(
            key -> blobs.values().stream().noneMatch(b -> key.equals(b.placements().get(region))))
        .toList();
  }

  @Override
  public synchronized Membership membership() {
    return new Membership("c1", clusterTimeMillis, members, List.of(), Set.of());
  }

  @Override
  public synchronized void checkQuorum(Duration deadline) {
    requireUp();
  }

  @Override
  public ManifestEntry getManifest(
      RepositoryName repository, Reference reference, Freshness freshness, boolean withContent) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Page<TagName> listTags(
      RepositoryName repository, Optional<String> last, int limit, Freshness freshness) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Page<RepositoryName> listRepositories(
      Optional<Reader> reader, Optional<String> last, int limit, Freshness freshness) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Page<RepositoryName> searchRepositories(
      Optional<Reader> reader, String term, int limit, Freshness freshness) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Page<Descriptor> listReferrers(
      RepositoryName repository,
      Digest subject,
      Optional<String> artifactType,
      Optional<String> last,
      int limit,
      Freshness freshness) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
