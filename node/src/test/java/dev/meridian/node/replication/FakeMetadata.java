package dev.meridian.node.replication;

import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.Principal;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.BlobEntry;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Blobs, placements and doomed objects of a cluster in memory; all of its nodes share one. */
final class FakeMetadata implements MetadataClient {

  private record Blob(long size, Map<RegionId, String> placements) {}

  private final Map<Digest, Blob> blobs = new TreeMap<>();
  private final Map<RegionId, TreeSet<String>> doomed = new TreeMap<>();
  private final List<Membership.Member> members = new ArrayList<>();
  private final List<MetadataCommand> commands = new ArrayList<>();
  private long revision = 1;
  private boolean down;
  private boolean refusesPlacements;
  private long clusterTimeMillis = Duration.ofHours(1000).toMillis();

  synchronized void link(Digest digest, long size) {
    blobs.put(digest, new Blob(size, new TreeMap<>()));
  }

  synchronized void place(Digest digest, RegionId region, String key) {
    blobs.get(digest).placements().put(region, key);
  }

  synchronized Map<RegionId, String> placements(Digest digest) {
    return Map.copyOf(blobs.get(digest).placements());
  }

  synchronized void join(Membership.Member member) {
    members.add(member);
  }

  synchronized void setDown(boolean down) {
    this.down = down;
  }

  synchronized void refusePlacements() {
    refusesPlacements = true;
  }

  synchronized void advance(Duration time) {
    clusterTimeMillis += time.toMillis();
  }

  synchronized List<String> doomed(RegionId region) {
    return List.copyOf(doomed.getOrDefault(region, new TreeSet<>()));
  }

  synchronized List<MetadataCommand> commands() {
    return List.copyOf(commands);
  }

  private void requireUp() {
    if (down) {
      throw new MetadataUnavailableException("down", false, null);
    }
  }

  @Override
  public synchronized Executed execute(Principal principal, MetadataCommand command) {
    requireUp();
    commands.add(command);
    switch (command) {
      case MetadataCommand.AddPlacement add -> addPlacement(add);
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
    if (blob.placements().putIfAbsent(add.region(), add.objectKey()) != null) {
      doomed.computeIfAbsent(add.region(), r -> new TreeSet<>()).add(add.objectKey());
    }
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
  public PlacementPolicy getPolicy(RepositoryName repository, Freshness freshness) {
    return new PlacementPolicy(revision, Set.of(), Set.of(), 1);
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
      Optional<String> last, int limit, Freshness freshness) {
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
