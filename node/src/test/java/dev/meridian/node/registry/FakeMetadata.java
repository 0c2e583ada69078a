package dev.meridian.node.registry;

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
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A metadata plane in memory: as strict as the real one where the edge can tell, and no more. */
public final class FakeMetadata implements MetadataClient {

  private static final JsonMapper JSON = JsonMapper.shared();

  private record Stored(
      String mediaType,
      byte[] content,
      Optional<Digest> subject,
      String artifactType,
      Map<String, String> annotations,
      Set<Digest> references) {}

  private static final class Repository {
    private final TreeMap<String, Stored> manifests = new TreeMap<>();
    private final TreeMap<String, Digest> tags = new TreeMap<>();
    private final Set<Digest> blobs = new TreeSet<>();
  }

  private record Placed(long size, Map<RegionId, String> placements) {}

  private final TreeMap<String, Repository> repositories = new TreeMap<>();
  private final Map<Digest, Placed> blobs = new HashMap<>();
  private final List<MetadataCommand> commands = new ArrayList<>();
  private final List<String> doomed = new ArrayList<>();
  private final Set<Digest> renewalDue = new TreeSet<>();
  private Runnable afterRead = () -> {};
  private List<byte[]> keys = List.of("a key of the cluster".getBytes(StandardCharsets.UTF_8));
  private List<Membership.Member> nodes = List.of();
  private Set<RegionId> drainedRegions = Set.of();
  private Map<RegionId, URI> publicUrls = Map.of();
  private Set<RegionId> only = Set.of();
  private List<Membership.SigningKey> signingKeys = List.of();
  private Predicate<String> readable = name -> true;
  private Caller lastCaller = Caller.NODE;
  private long clusterTime = 1_000_000;
  private long revision = 7;
  private boolean down;
  private boolean refusing;
  private RuntimeException failure;
  private Error breaking;

  /** From now on nothing is answered. */
  public synchronized void down(boolean value) {
    down = value;
  }

  /** From now on every call throws this; null ends it. */
  public synchronized void failWith(RuntimeException value) {
    failure = value;
  }

  /** From now on uploads are too late. */
  public synchronized void refuseCommits(boolean value) {
    refusing = value;
  }

  /** From now on every call throws this. */
  public synchronized void breakWith(Error value) {
    breaking = value;
  }

  public synchronized void advance(Duration time) {
    clusterTime += time.toMillis();
  }

  public synchronized void rotateKeys(List<byte[]> value) {
    keys = value;
  }

  /** From now on the cluster signs tokens with these, the newest first. */
  public synchronized void signingKeys(List<Membership.SigningKey> value) {
    signingKeys = value;
  }

  /** From now on every reader sees these repositories. */
  public synchronized void readable(Predicate<String> value) {
    readable = value;
  }

  /** Who ran the last command. */
  public synchronized Caller lastCaller() {
    return lastCaller;
  }

  public synchronized void nodes(List<Membership.Member> value) {
    nodes = value;
  }

  public synchronized void drainedRegions(Set<RegionId> value) {
    drainedRegions = value;
  }

  public synchronized void publicUrls(Map<RegionId, URI> value) {
    publicUrls = value;
  }

  /** The only regions that may hold the blobs of any repository; none: all. */
  public synchronized void only(Set<RegionId> value) {
    only = value;
  }

  /** Once, right after the next read of a manifest. */
  public synchronized void afterRead(Runnable action) {
    afterRead = action;
  }

  public synchronized void renewalDue(Digest digest) {
    renewalDue.add(digest);
  }

  /** Moves a blob's only copy to this region. */
  public synchronized void place(Digest digest, Map<RegionId, String> placements) {
    blobs.computeIfPresent(digest, (same, placed) -> new Placed(placed.size(), placements));
  }

  public synchronized Map<RegionId, String> placements(Digest digest) {
    return blobs.get(digest).placements();
  }

  public synchronized List<String> doomed() {
    return List.copyOf(doomed);
  }

  /** All commands so far, those that were rejected included. */
  public synchronized List<MetadataCommand> commands() {
    return List.copyOf(commands);
  }

  public synchronized long revision() {
    return revision;
  }

  @Override
  public synchronized Executed execute(Caller caller, MetadataCommand command) {
    lastCaller = caller;
    answering();
    commands.add(command);
    Executed executed =
        switch (command) {
          case MetadataCommand.CommitBlob commit -> commitBlob(commit);
          case MetadataCommand.MountBlob mount -> mountBlob(mount);
          case MetadataCommand.PutManifest put -> putManifest(put);
          case MetadataCommand.DeleteTag delete -> deleteTag(delete);
          case MetadataCommand.DeleteManifest delete -> deleteManifest(delete);
          case MetadataCommand.DeleteBlob delete -> deleteBlob(delete);
          case MetadataCommand.RenewLink renew -> {
            renewalDue.remove(renew.digest());
            yield done();
          }
          case MetadataCommand.DoomObjects doom -> {
            doomed.addAll(doom.objectKeys());
            yield done();
          }
          case MetadataCommand.RemovePlacement remove -> removePlacement(remove);
          case MetadataCommand.AddPlacement _,
              MetadataCommand.NoteUse _,
              MetadataCommand.ConfirmDeletions _ ->
              throw new IllegalArgumentException("no command of the edge: " + command);
        };
    revision++;
    return new Executed(revision, executed.digest(), executed.subject());
  }

  private Executed removePlacement(MetadataCommand.RemovePlacement remove) {
    Map<RegionId, String> left = new HashMap<>(placements(remove.digest()));
    left.remove(remove.region(), remove.objectKey());
    place(remove.digest(), left);
    return done();
  }

  private Executed done() {
    return new Executed(revision, Optional.empty(), Optional.empty());
  }

  private Executed commitBlob(MetadataCommand.CommitBlob commit) {
    if (refusing || commit.sessionExpiresMillis() < clusterTime) {
      throw rejected(Reason.SESSION_EXPIRED, "the upload has expired");
    }
    Placed placed = blobs.get(commit.digest());
    if (placed == null || placed.placements().isEmpty()) {
      blobs.put(
          commit.digest(), new Placed(commit.size(), Map.of(commit.region(), commit.objectKey())));
    } else {
      doomed.add(commit.objectKey());
    }
    repository(commit.repository()).blobs.add(commit.digest());
    return done();
  }

  private Executed mountBlob(MetadataCommand.MountBlob mount) {
    boolean there =
        mount.from().isPresent()
            ? known(mount.from().get()).blobs.contains(mount.digest())
            : repositories.values().stream().anyMatch(r -> r.blobs.contains(mount.digest()));
    if (!there) {
      throw rejected(Reason.BLOB_UNKNOWN, "blob " + mount.digest() + " is not there");
    }
    repository(mount.repository()).blobs.add(mount.digest());
    return done();
  }

  private Executed putManifest(MetadataCommand.PutManifest put) {
    Digest digest = put.digest().orElseGet(() -> Digest.of(Digest.Algorithm.SHA256, put.content()));
    if (!Digest.of(digest.algorithm(), put.content()).equals(digest)) {
      throw rejected(Reason.DIGEST_INVALID, "digest " + digest + " is not that of the manifest");
    }
    Stored manifest = parse(put);
    Repository existing = repositories.getOrDefault(put.repository().value(), new Repository());
    List<Digest> missing =
        manifest.references().stream()
            .filter(
                r -> !existing.blobs.contains(r) && !existing.manifests.containsKey(r.toString()))
            .toList();
    if (!missing.isEmpty()) {
      throw rejected(Reason.REFERENCE_UNKNOWN, "missing: " + missing);
    }
    for (TagName tag : put.tags()) {
      checkCondition(put.condition(), existing.tags.get(tag.value()));
    }
    Repository repository = repository(put.repository());
    repository.manifests.put(digest.toString(), manifest);
    put.tags().forEach(tag -> repository.tags.put(tag.value(), digest));
    return new Executed(revision, Optional.of(digest), manifest.subject());
  }

  private void checkCondition(MetadataCommand.TagCondition condition, Digest current) {
    boolean holds =
        switch (condition) {
          case MetadataCommand.TagCondition.None _ -> true;
          case MetadataCommand.TagCondition.Absent _ -> current == null;
          case MetadataCommand.TagCondition.Present _ -> current != null;
          case MetadataCommand.TagCondition.Current c -> c.digests().contains(current);
        };
    if (!holds) {
      throw rejected(Reason.CONDITION_FAILED, "the tag is at " + current);
    }
  }

  private Stored parse(MetadataCommand.PutManifest put) {
    JsonNode root;
    try {
      root = JSON.readTree(put.content());
    } catch (JacksonException e) {
      throw rejected(Reason.MANIFEST_INVALID, "the manifest is not JSON");
    }
    if (!root.isObject()) {
      throw rejected(Reason.MANIFEST_INVALID, "the manifest is not a JSON object");
    }
    String own = root.path("mediaType").asString("");
    if (!own.isEmpty() && !put.contentType().isEmpty() && !own.equals(put.contentType())) {
      throw rejected(Reason.MANIFEST_INVALID, "mediaType differs from Content-Type");
    }
    Set<Digest> references = new TreeSet<>();
    for (String field : List.of("layers", "manifests")) {
      for (JsonNode descriptor : root.path(field)) {
        if (!descriptor.path("mediaType").asString("").contains("nondistributable")) {
          references.add(digest(descriptor));
        }
      }
    }
    if (root.has("config")) {
      references.add(digest(root.path("config")));
    }
    Optional<Digest> subject =
        root.has("subject") ? Optional.of(digest(root.path("subject"))) : Optional.empty();
    Map<String, String> annotations = new LinkedHashMap<>();
    root.path("annotations")
        .properties()
        .forEach(a -> annotations.put(a.getKey(), a.getValue().asString()));
    String artifactType =
        root.path("artifactType").asString(root.path("config").path("mediaType").asString(""));
    return new Stored(
        put.contentType(), put.content(), subject, artifactType, annotations, references);
  }

  private Digest digest(JsonNode descriptor) {
    try {
      return Digest.parse(descriptor.path("digest").asString(""));
    } catch (IllegalArgumentException e) {
      throw rejected(Reason.MANIFEST_INVALID, e.getMessage());
    }
  }

  private Executed deleteTag(MetadataCommand.DeleteTag delete) {
    if (known(delete.repository()).tags.remove(delete.tag().value()) == null) {
      throw rejected(Reason.TAG_UNKNOWN, "tag " + delete.tag() + " is not there");
    }
    return done();
  }

  private Executed deleteManifest(MetadataCommand.DeleteManifest delete) {
    Repository repository = known(delete.repository());
    checkUnused(repository, delete.digest());
    if (repository.manifests.remove(delete.digest().toString()) == null) {
      throw rejected(Reason.MANIFEST_UNKNOWN, "manifest " + delete.digest() + " is not there");
    }
    repository.tags.values().removeIf(delete.digest()::equals);
    return done();
  }

  private Executed deleteBlob(MetadataCommand.DeleteBlob delete) {
    Repository repository = known(delete.repository());
    checkUnused(repository, delete.digest());
    if (!repository.blobs.remove(delete.digest())) {
      throw rejected(Reason.BLOB_UNKNOWN, "blob " + delete.digest() + " is not there");
    }
    return done();
  }

  private void checkUnused(Repository repository, Digest digest) {
    repository.manifests.forEach((holder, manifest) -> {
      if (manifest.references().contains(digest)) {
        throw new MetadataRejectedException(
            Reason.IN_USE, digest + " is referenced by " + holder, List.of(holder), revision);
      }
    });
  }

  @Override
  public synchronized ManifestEntry getManifest(
      RepositoryName repository, Reference reference, Freshness freshness, boolean withContent) {
    answering(freshness);
    Repository known = known(repository);
    Digest digest =
        switch (reference) {
          case Reference.ByDigest byDigest -> byDigest.digest();
          case Reference.ByTag byTag ->
              Optional.ofNullable(known.tags.get(byTag.tag().value()))
                  .orElseThrow(() -> rejected(Reason.TAG_UNKNOWN, "tag " + byTag));
        };
    Stored manifest = known.manifests.get(digest.toString());
    if (manifest == null) {
      throw rejected(Reason.MANIFEST_UNKNOWN, "manifest " + digest + " is not there");
    }
    ManifestEntry entry =
        new ManifestEntry(
            revision,
            digest,
            manifest.mediaType(),
            manifest.content().length,
            withContent ? Optional.of(manifest.content()) : Optional.empty());
    Runnable action = afterRead;
    afterRead = () -> {};
    action.run();
    return entry;
  }

  @Override
  public synchronized BlobEntry getBlob(
      RepositoryName repository, Digest digest, Freshness freshness) {
    answering(freshness);
    if (!known(repository).blobs.contains(digest)) {
      throw rejected(Reason.BLOB_UNKNOWN, "blob " + digest + " is not there");
    }
    Placed placed = blobs.get(digest);
    return new BlobEntry(
        revision, placed.size(), placed.placements(), renewalDue.contains(digest), only);
  }

  @Override
  public synchronized PlacementPolicy getPolicy(RepositoryName repository, Freshness freshness) {
    answering(freshness);
    return new PlacementPolicy(revision, Set.of(), only, 1);
  }

  @Override
  public synchronized Page<TagName> listTags(
      RepositoryName repository, Optional<String> last, int limit, Freshness freshness) {
    answering(freshness);
    return page(known(repository).tags.keySet(), last, limit, TagName::parse);
  }

  @Override
  public synchronized Page<RepositoryName> listRepositories(
      Optional<Reader> reader, Optional<String> last, int limit, Freshness freshness) {
    answering(freshness);
    if (reader.isPresent()) {
      List<String> seen = repositories.keySet().stream().filter(readable).toList();
      return page(seen, last, limit, RepositoryName::parse);
    }
    return page(repositories.keySet(), last, limit, RepositoryName::parse);
  }

  @Override
  public synchronized Page<RepositoryName> searchRepositories(
      Optional<Reader> reader, String term, int limit, Freshness freshness) {
    answering(freshness);
    List<String> found =
        repositories.keySet().stream()
            .filter(name -> name.contains(term))
            .filter(name -> reader.isEmpty() || readable.test(name))
            .toList();
    return page(found, Optional.empty(), limit, RepositoryName::parse);
  }

  @Override
  public synchronized Page<Descriptor> listReferrers(
      RepositoryName repository,
      Digest subject,
      Optional<String> artifactType,
      Optional<String> last,
      int limit,
      Freshness freshness) {
    answering(freshness);
    Map<String, Stored> manifests = known(repository).manifests;
    List<String> referrers =
        manifests.entrySet().stream()
            .filter(m -> m.getValue().subject().equals(Optional.of(subject)))
            .filter(m -> artifactType.map(m.getValue().artifactType()::equals).orElse(true))
            .map(Map.Entry::getKey)
            .toList();
    return page(referrers, last, limit, digest -> descriptor(digest, manifests.get(digest)));
  }

  private static Descriptor descriptor(String digest, Stored manifest) {
    return new Descriptor(
        manifest.mediaType(),
        Digest.parse(digest),
        manifest.content().length,
        manifest.artifactType(),
        manifest.annotations());
  }

  private <T> Page<T> page(
      Collection<String> ordered,
      Optional<String> last,
      int limit,
      java.util.function.Function<String, T> parse) {
    List<String> after =
        ordered.stream().filter(item -> last.isEmpty() || item.compareTo(last.get()) > 0).toList();
    return new Page<>(
        revision, after.stream().limit(limit).map(parse).toList(), after.size() > limit);
  }

  @Override
  public Page<String> listDoomed(
      RegionId region, Duration grace, Optional<String> last, int limit) {
    return new Page<>(0, List.of(), false);
  }

  @Override
  public List<String> findOrphans(RegionId region, List<String> objectKeys) {
    return List.of();
  }

  @Override
  public synchronized BlobCopies getPlacements(Digest digest, Freshness freshness) {
    answering(freshness);
    Placed placed = blobs.get(digest);
    return new BlobCopies(
        revision,
        placed.size(),
        placed.placements(),
        placed.placements().keySet().stream()
            .collect(Collectors.toMap(region -> region, region -> 0L)));
  }

  @Override
  public MissingPage listMissing(RegionId region, MissingFrom from, int limit) {
    return new MissingPage(List.of(), Optional.empty(), false);
  }

  @Override
  public Page<StoredCopy> listCopies(RegionId region, Optional<String> last, int limit) {
    return new Page<>(revision, List.of(), false);
  }

  @Override
  public void checkQuorum(Duration deadline) {
    answering();
  }

  @Override
  public synchronized Membership membership() {
    return new Membership("c1", clusterTime, nodes, keys, drainedRegions, publicUrls, signingKeys);
  }

  @Override
  public void close() {
    down(true);
  }

  private void answering(Freshness freshness) {
    answering();
    if (freshness.minRevision() > revision) {
      throw new MetadataUnavailableException("too far behind", false, null);
    }
  }

  private void answering() {
    if (down) {
      throw new MetadataUnavailableException("no quorum", false, null);
    }
    if (breaking != null) {
      throw breaking;
    }
    if (failure != null) {
      throw failure;
    }
  }

  private Repository repository(RepositoryName name) {
    return repositories.computeIfAbsent(name.value(), key -> new Repository());
  }

  private Repository known(RepositoryName name) {
    return Optional.ofNullable(repositories.get(name.value()))
        .orElseThrow(() -> rejected(Reason.REPOSITORY_UNKNOWN, "repository " + name));
  }

  private MetadataRejectedException rejected(Reason reason, String message) {
    return new MetadataRejectedException(reason, message, List.of(), revision);
  }
}
