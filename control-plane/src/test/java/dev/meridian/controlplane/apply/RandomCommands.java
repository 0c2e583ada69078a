package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.MediaTypes;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.DigestSet;
import dev.meridian.proto.log.ManifestLink;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.ReviewLinks;
import dev.meridian.proto.log.TagCondition;
import dev.meridian.proto.log.TagMove;
import dev.meridian.proto.store.PlacementRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Commands of all kinds over so few names that they meet: blobs are shared, keys come again, links
 * expire while pushes go on.
 */
final class RandomCommands {

  private static final List<String> REPOSITORIES = List.of("demo/app", "demo/base", "tools");
  private static final List<String> REGIONS = List.of("us-east", "eu-west", "ap-south");
  private static final List<String> PREFIXES = List.of("", "demo", "demo/app", "tools");
  private static final List<String> TAGS = List.of("latest", "v1", "v2", "dev");
  private static final int BLOBS = 10;
  private static final int MANIFESTS = 9;
  private static final int OBJECT_KEYS = 60;
  private static final long LINK_LIFE = 40_000;

  private final Random random;
  private final AppliedStore store;
  private final List<Command> earlier = new ArrayList<>();
  private final RandomAccess access;
  private long nextId = 1;

  /** The store is asked for what has expired, and for its revision. */
  RandomCommands(long seed, AppliedStore store) {
    this.random = new Random(seed);
    this.access = new RandomAccess(random);
    this.store = store;
  }

  /** The commands of an entry: few, seldom many. */
  List<Command> entry() {
    int size = random.nextInt(10) == 0 ? 30 : 1 + random.nextInt(5);
    List<Command> commands = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      commands.add(next());
    }
    return commands;
  }

  private Command next() {
    if (!earlier.isEmpty() && random.nextInt(30) == 0) {
      return earlier.get(random.nextInt(earlier.size()));
    }
    Command command = seal(operation());
    earlier.add(command);
    return command;
  }

  private Command seal(Command.Builder operation) {
    long lag = random.nextInt(50) == 0 ? 300 : random.nextInt(10);
    return access
        .asked(operation)
        .setId(AppliedStore.id(nextId++))
        .setPreparedRevision(Math.max(0, store.db().revision() - lag))
        .setWallTimeMs(random.nextLong(1_000_000))
        .setLinkLifeMs(LINK_LIFE)
        .setTagHistoryDepth(random.nextInt(30) == 0 ? 3 : 12)
        .build();
  }

  private Command.Builder operation() {
    return switch (random.nextInt(15)) {
      case 0, 1, 2, 3 -> blobOperation();
      case 4, 5 -> manifestOperation();
      case 6, 7, 14 -> tagOperation();
      case 8 -> clusterOperation();
      case 9 -> random.nextBoolean() ? regionOperation() : repositoryOperation();
      case 10 -> copyOperation();
      case 11, 12, 13 -> access.operation();
      default -> throw new IllegalStateException("no such operation");
    };
  }

  private Command.Builder blobOperation() {
    return switch (random.nextInt(20)) {
      case 0, 1, 2, 3, 4, 5, 6, 7, 8 ->
          Operations.commitBlob(repository(), blob(), region(), key(), sessionEnd());
      case 9, 10, 11 ->
          Operations.mountBlob(repository(), blob(), random.nextBoolean() ? "" : repository());
      case 12, 13 -> Operations.deleteBlob(repository(), blob());
      case 14, 15 -> Operations.addPlacement(blob(), region(), key());
      case 16 -> removePlacement();
      case 17 -> Operations.renewLink(repository(), blob());
      case 18 -> Operations.doom(region(), key(), key());
      case 19 -> Operations.confirmDeletions(region(), key(), key());
      default -> throw new IllegalStateException("no such operation");
    };
  }

  private Command.Builder manifestOperation() {
    return random.nextInt(4) > 0
        ? Operations.put(manifest())
        : Operations.deleteManifest(repository(), content());
  }

  private Command.Builder tagOperation() {
    return switch (random.nextInt(6)) {
      case 0 -> Operations.deleteTag(repository(), pick(TAGS), condition());
      case 1 -> Operations.restoreTag(repository(), pick(TAGS), 0);
      case 2 ->
          Operations.restoreTag(
              repository(), pick(TAGS), Math.max(0, store.db().revision() - random.nextInt(60)));
      case 3, 4 -> Operations.setTags(move(pick(TAGS)));
      default -> Operations.setTags(move(TAGS.get(0)), move(TAGS.get(1 + random.nextInt(3))));
    };
  }

  private Command.Builder clusterOperation() {
    return switch (random.nextInt(10)) {
      case 0 -> Operations.bootstrap("cluster" + random.nextInt(3));
      case 1 -> Operations.renewCluster("cluster" + random.nextInt(3));
      case 2 -> Operations.join(node(), region(), "10.0.0." + random.nextInt(9) + ":5100");
      case 3 -> Operations.leave(node());
      case 4, 6 -> Operations.drainNode(node(), random.nextBoolean());
      case 5 -> Operations.collect(store.query(queries -> queries.expiredLinks(5)));
      default -> Operations.tick(random.nextInt(25_000) - 1_000);
    };
  }

  private Command.Builder repositoryOperation() {
    return switch (random.nextInt(16)) {
      case 0, 1 -> Operations.createRepository(repository());
      case 2, 3 -> Operations.deleteRepository(repository());
      default ->
          Operations.purgeRepository(
              store.query(queries -> queries.deletedRepositories(1)).stream()
                  .findFirst()
                  .orElse(random.nextLong(20)));
    };
  }

  private Command.Builder regionOperation() {
    return switch (random.nextInt(8)) {
      case 0 ->
          random.nextBoolean()
              ? Operations.removeRegion(region())
              : Operations.removeUnneededRegion(region());
      case 1 -> Operations.drainRegion(region(), random.nextBoolean());
      case 2, 3, 4 -> Operations.announceRegion(region(), "10.0.0." + random.nextInt(9) + ":5200");
      default ->
          Operations.purgeRegion(
              store.query(Queries::removedRegions).stream()
                  .findFirst()
                  .map(RegionId::value)
                  .orElseGet(this::region));
    };
  }

  private Command.Builder copyOperation() {
    return switch (random.nextInt(16)) {
      case 0, 1 ->
          Operations.setPolicy(
              pick(PREFIXES),
              regions(),
              random.nextInt(4) > 0,
              random.nextInt(3) == 0 ? regions() : "",
              1 + random.nextInt(2));
      case 2 -> Operations.deletePolicy(pick(PREFIXES));
      case 3, 4 -> Operations.pauseReplication(region(), random.nextBoolean());
      // A log begins with those of before.
      case 5, 6 -> Operations.reviewLinks(ReviewLinks.Extent.WANTED);
      case 7 -> Operations.reviewLinks(ReviewLinks.Extent.LACKING);
      case 8 -> Operations.reviewLinks(ReviewLinks.Extent.ALLOWED);
      default -> Operations.reviewLinks();
    };
  }

  /** One or two, or none. */
  private String regions() {
    return switch (random.nextInt(3)) {
      case 0 -> "";
      case 1 -> region();
      default -> REGIONS.get(0) + "," + REGIONS.get(1 + random.nextInt(2));
    };
  }

  /** Commands that carry out what is under way, until nothing is. */
  Optional<Command> finish() {
    return store
        .query(queries ->
            queries.deletedRepositories(1).stream()
                .map(Operations::purgeRepository)
                .findFirst()
                .or(() ->
                    queries.removedRegions().stream()
                        .map(region -> Operations.purgeRegion(region.value()))
                        .findFirst())
                .or(() ->
                    queries.forCopies().isReviewing()
                        ? Optional.of(Operations.reviewLinks())
                        : Optional.empty()))
        .map(this::seal);
  }

  private TagMove.Builder move(String tag) {
    return Operations.move(repository(), tag, content()).setCondition(condition());
  }

  /** By chance an object is hardly ever a placement. */
  private Command.Builder removePlacement() {
    String content = blob();
    String region = region();
    String key =
        store
            .read(view -> view.get(Tables.BLOBS, Operations.digest(content)))
            .map(blob -> blob.getPlacementsMap().get(region))
            .map(PlacementRecord::getObjectKey)
            .orElseGet(this::key);
    return Operations.removePlacement(content, region, key);
  }

  /** What a manifest holds follows from its number, since its digest does. */
  private PutManifest.Builder manifest() {
    int number = random.nextInt(MANIFESTS);
    PutManifest.Builder manifest = Operations.manifest(repository(), content(number));
    boolean index = number % 3 == 2;
    if (index) {
      manifest
          .addReferences(Operations.child(content(number - 1)))
          .addReferences(Operations.link(ManifestLink.Kind.EITHER, blob(number)));
    } else {
      manifest
          .addReferences(Operations.blob(blob(number)))
          .addReferences(Operations.blob(blob(number + 1)))
          .addReferences(Operations.blob(blob(number + 2)).toBuilder().setOptional(true).build());
    }
    if (number % 4 == 1) {
      manifest
          .setSubject(Operations.child(content(number - 1)))
          .setArtifactType("application/x")
          .putAnnotations("b", "2")
          .putAnnotations("a", "1");
    }
    manifest.setMediaType(
        random.nextInt(8) == 0 ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST);
    TAGS.stream().filter(tag -> random.nextInt(3) == 0).forEach(manifest::addTags);
    return manifest.setCondition(condition());
  }

  private TagCondition condition() {
    TagCondition.Builder condition = TagCondition.newBuilder();
    return switch (random.nextInt(10)) {
      case 0 -> condition.setAbsent(true).build();
      case 1 -> condition.setPresent(true).build();
      case 2 ->
          condition
              .setCurrent(
                  DigestSet.newBuilder().addDigests(Operations.digest(content()).toString()))
              .build();
      default -> condition.build();
    };
  }

  private static String content(int manifest) {
    return "manifest " + manifest;
  }

  private String content() {
    return content(random.nextInt(MANIFESTS));
  }

  private String node() {
    return "node" + random.nextInt(4);
  }

  private String blob() {
    return blob(random.nextInt(BLOBS));
  }

  private static String blob(int number) {
    return "blob " + number % BLOBS;
  }

  private String key() {
    return "0/" + random.nextInt(OBJECT_KEYS);
  }

  private long sessionEnd() {
    return random.nextInt(20) == 0 ? 1 : Operations.SESSION_END;
  }

  private String repository() {
    return pick(REPOSITORIES);
  }

  private String region() {
    return pick(REGIONS);
  }

  private String pick(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }
}
