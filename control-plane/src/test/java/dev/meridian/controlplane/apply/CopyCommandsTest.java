package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.addPlacement;
import static dev.meridian.controlplane.apply.Operations.announceRegion;
import static dev.meridian.controlplane.apply.Operations.blob;
import static dev.meridian.controlplane.apply.Operations.child;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.deleteBlob;
import static dev.meridian.controlplane.apply.Operations.deletePolicy;
import static dev.meridian.controlplane.apply.Operations.deleteRepository;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.mountBlob;
import static dev.meridian.controlplane.apply.Operations.pauseReplication;
import static dev.meridian.controlplane.apply.Operations.purgeRegion;
import static dev.meridian.controlplane.apply.Operations.purgeRepository;
import static dev.meridian.controlplane.apply.Operations.put;
import static dev.meridian.controlplane.apply.Operations.removePlacement;
import static dev.meridian.controlplane.apply.Operations.removeRegion;
import static dev.meridian.controlplane.apply.Operations.renewCluster;
import static dev.meridian.controlplane.apply.Operations.reviewLinks;
import static dev.meridian.controlplane.apply.Operations.setPolicy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.apply.copies.Policy;
import dev.meridian.controlplane.query.CopyQueries.MissingFound;
import dev.meridian.controlplane.query.CopyQueries.MissingPage;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.ManifestLink;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.ReviewLinks.Extent;
import dev.meridian.proto.store.PendingRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies, and which copies are missing by them. */
class CopyCommandsTest {

  private static final int ROWS_OF_A_STEP = 20;

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory, new CommandApplier(1_000_000, ROWS_OF_A_STEP));
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
  void aPushedBlobIsMissingInAllOtherRegionsUntilItIsThere() {
    store.passTime(7);
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    assertThat(missing("us")).isEmpty();
    assertThat(missing("eu")).containsExactly("layer");
    MissingFound found = page("eu").items().getFirst();
    assertThat(found.sinceMillis()).isEqualTo(7);
    assertThat(found.backfill()).isFalse();
    assertThat(found.copies().keySet()).containsExactly(RegionId.parse("us"));
    assertThat(pending("ap").getBytes()).isEqualTo("layer".length());

    store.accepted(addPlacement("layer", "eu", "0/b"));
    assertThat(missing("eu")).isEmpty();
    assertThat(pending("eu")).isEqualTo(PendingRecord.getDefaultInstance());
    assertThat(missing("ap")).containsExactly("layer");
  }

  @Test
  void aBlobThatSeveralRegionsLackIsCountedOnce() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(commitBlob("demo", "other", "eu", "0/b"));
    assertThat(lackingBlobs(store)).isEqualTo(2);
    store.accepted(addPlacement("layer", "eu", "0/c"));
    assertThat(lackingBlobs(store)).isEqualTo(2);
    store.accepted(addPlacement("layer", "ap", "0/d"));
    assertThat(lackingBlobs(store)).isEqualTo(1);
    store.accepted(deleteBlob("demo", "other"));
    assertThat(lackingBlobs(store)).isZero();
  }

  @Test
  void aCopyThatIsGoneIsMissingAgain() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(addPlacement("layer", "eu", "0/b"));
    store.accepted(removePlacement("layer", "eu", "0/b"));
    assertThat(missing("eu")).containsExactly("layer");
    assertThat(page("eu").items().getFirst().backfill()).isFalse();
  }

  @Test
  void aBlobIsMissingAsLongAsALinkWantsIt() {
    store.accepted(setPolicy("cold", "", false, "", 1));
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(mountBlob("other", "layer", "demo"));
    store.accepted(mountBlob("cold", "layer", "demo"));
    store.accepted(deleteBlob("demo", "layer"));
    assertThat(missing("eu")).containsExactly("layer");
    store.accepted(deleteBlob("other", "layer"));
    assertThat(missing("eu")).isEmpty();
    store.accepted(deleteBlob("cold", "layer"));
    assertThat(pending("eu")).isEqualTo(PendingRecord.getDefaultInstance());
  }

  @Test
  void linksThatExpireOrArePurgedWantNothing() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(commitBlob("gone", "other", "us", "0/b"));
    store.accepted(deleteRepository("gone"));
    assertThat(missing("eu")).containsExactly("layer", "other");
    store.accepted(purgeRepository(2));
    assertThat(missing("eu")).containsExactly("layer");
    store.passTime(AppliedStore.LINK_LIFE);
    store.accepted(Operations.collect(store.expiredLinks()));
    assertThat(missing("eu")).isEmpty();
  }

  @Test
  void theLongestPrefixOfWholeNamesCounts() {
    store.accepted(setPolicy("", "us", true, "", 1));
    store.accepted(setPolicy("team", "eu", true, "", 1));
    store.accepted(setPolicy("team/app", "", false, "", 1));
    assertThat(eager("team2")).containsExactly("us");
    assertThat(eager("team")).containsExactly("eu");
    assertThat(eager("team/apple")).containsExactly("eu");
    assertThat(eager("team/app/x")).isEmpty();
    store.accepted(deletePolicy("team/app"));
    assertThat(eager("team/app/x")).containsExactly("eu");
    store.rejected(RejectionCode.POLICY_UNKNOWN, deletePolicy("team/app"));
    store.accepted(deletePolicy(""));
    assertThat(eager("other")).containsExactly("ap", "eu", "us");
  }

  @Test
  void residencyBoundsWhereCopiesAreWanted() {
    store.accepted(setPolicy("team", "", true, "eu,ap", 2));
    Policy policy = policy("team");
    assertThat(policy.eager()).extracting(RegionId::value).containsExactly("ap", "eu");
    assertThat(policy.only()).extracting(RegionId::value).containsExactly("ap", "eu");
    assertThat(policy.minCopies()).isEqualTo(2);

    CommandRejection denied =
        store.rejected(RejectionCode.DENIED, commitBlob("team/app", "layer", "us", "0/a"));
    assertThat(denied.getMessage())
        .isEqualTo(
            "the policy of repository team/app keeps its blobs in ap, eu: region us may not store"
                + " them");
    store.accepted(commitBlob("team/app", "layer", "eu", "0/a"));
    assertThat(missing("us")).isEmpty();
    assertThat(missing("ap")).containsExactly("layer");
  }

  @Test
  void policiesThatCannotBeKeptAreRefused() {
    assertThat(refused(RejectionCode.REGION_UNKNOWN, "us,mars", "", 1))
        .isEqualTo("region mars is not in the cluster: expected some of ap, eu, us");
    assertThat(refused(RejectionCode.POLICY_INVALID, "us,eu", "eu,ap", 1))
        .isEqualTo(
            "the policy wants copies in us, and allows them only in eu, ap: expected regions that"
                + " it allows");
    assertThat(refused(RejectionCode.POLICY_INVALID, "", "", 4))
        .isEqualTo("min_copies is 4: expected 1 to 3, the number of regions that may hold a copy");
    assertThat(refused(RejectionCode.POLICY_INVALID, "", "eu,ap", 3)).contains("expected 1 to 2");
    assertThat(refused(RejectionCode.POLICY_INVALID, "", "", 0)).contains("expected 1 to 3");
    assertThat(isReviewing()).isFalse();
  }

  @Test
  void aNewPolicyIsCarriedOutByStepsOfBoundedSize() {
    for (int i = 0; i < 30; i++) {
      store.accepted(commitBlob(i % 2 == 0 ? "a" : "b/c", "blob" + i, "us", "0/" + i));
    }
    store.accepted(setPolicy("", "us,eu", true, "", 1));
    assertThat(review()).isGreaterThan(5);
    assertThat(missing("ap")).isEmpty();
    assertThat(missing("eu")).hasSize(30);

    store.accepted(setPolicy("b", "", true, "", 1));
    review();
    assertThat(missing("ap")).hasSize(15);
    assertThat(page("ap").items()).allMatch(MissingFound::backfill);
    assertThat(pending("ap").getBackfillBlobs()).isEqualTo(15);
    assertThat(pending("eu").getBackfillBlobs()).isZero();
  }

  @Test
  void aChangeWhileLinksAreReviewedBeginsAnew() {
    for (int i = 0; i < 20; i++) {
      store.accepted(commitBlob("a" + i, "blob" + i, "us", "0/" + i));
    }
    store.accepted(setPolicy("", "us", true, "", 1));
    store.accepted(reviewLinks());
    store.accepted(reviewLinks());
    assertThat(missing("eu")).isNotEmpty().hasSizeLessThan(20);
    store.accepted(setPolicy("", "", true, "", 1));
    review();
    assertThat(missing("eu")).hasSize(20);
  }

  @Test
  void theSamePolicyAgainChangesNothing() {
    store.accepted(setPolicy("a", "us", true, "", 1));
    review();
    store.accepted(setPolicy("a", "us", true, "", 1));
    assertThat(isReviewing()).isFalse();
  }

  @Test
  void whatIsPushedComesBeforeBackfillInTheOrderOfThePushes() {
    store.accepted(commitBlob("old", "first", "us", "0/a"));
    store.accepted(commitBlob("old", "second", "us", "0/b"));
    store.accepted(announceRegion("sa", "d:1"));
    review();
    store.accepted(commitBlob("new", "z", "us", "0/c"));
    store.accepted(commitBlob("new", "y", "us", "0/d"));
    assertThat(missing("sa")).startsWith("z", "y").hasSize(4);

    // A push that needs what was to be copied some time: now it is wanted like the rest of it.
    store.accepted(mountBlob("new", "second", "old"));
    assertThat(missing("sa")).containsExactly("second", "z", "y", "first");
    assertThat(pending("sa").getBackfillBlobs()).isEqualTo(1);
  }

  @Test
  void pagesGoOnWhereTheOneBeforeEnded() {
    for (int i = 0; i < 5; i++) {
      store.accepted(commitBlob("demo", "blob" + i, "us", "0/" + i));
    }
    MissingPage first = store.query(q -> q.forCopies().missing(region("eu"), new byte[0], 3));
    assertThat(names(first)).containsExactly("blob0", "blob1", "blob2");
    assertThat(first.more()).isTrue();
    MissingPage second = store.query(q -> q.forCopies().missing(region("eu"), first.cursor(), 3));
    assertThat(names(second)).containsExactly("blob3", "blob4");
    assertThat(second.more()).isFalse();
  }

  @Test
  void theNewestPushesAreFoundWhateverIsBehind() {
    store.accepted(commitBlob("old", "first", "us", "0/a"));
    store.accepted(announceRegion("sa", "d:1"));
    review();
    for (int i = 0; i < 5; i++) {
      store.accepted(commitBlob("demo", "blob" + i, "us", "0/" + i));
    }
    assertThat(newest("sa", 2)).containsExactly("blob4", "blob3");
    assertThat(newest("sa", 10)).containsExactly("blob4", "blob3", "blob2", "blob1", "blob0");
    assertThat(newest("us", 10)).isEmpty();
  }

  private List<String> newest(String region, int limit) {
    return store.query(queries -> queries.forCopies().newestMissing(region(region), limit)).stream()
        .map(MissingFound::digest)
        .map(CopyCommandsTest::name)
        .toList();
  }

  @Test
  void nothingIsMissingInARemovedRegion() {
    for (int i = 0; i < 30; i++) {
      store.accepted(commitBlob("demo", "blob" + i, "us", "0/" + i));
    }
    store.accepted(addPlacement("blob0", "eu", "0/x"));
    store.accepted(removeRegion("eu"));
    int commands = 0;
    while (store.query(Queries::removedRegions).contains(region("eu"))) {
      store.accepted(purgeRegion("eu"));
      store.checkInvariants();
      commands++;
    }
    assertThat(commands).isGreaterThan(2);
    assertThat(missing("eu")).isEmpty();
    review();
    store.accepted(commitBlob("demo", "new", "us", "0/new"));
    assertThat(missing("eu")).isEmpty();

    store.accepted(announceRegion("eu", "b:2"));
    review();
    assertThat(missing("eu")).hasSize(31);
    assertThat(pending("eu").getBackfillBlobs()).isEqualTo(31);
  }

  @Test
  void aRegionThatComesBackBeforeAllIsForgottenMissesWhatWasForgotten() {
    for (int i = 0; i < 30; i++) {
      store.accepted(commitBlob("demo", "blob" + i, "eu", "0/" + i));
    }
    store.accepted(removeRegion("eu"));
    store.accepted(purgeRegion("eu"));
    store.accepted(announceRegion("eu", "b:2"));
    review();
    assertThat(missing("eu")).isNotEmpty().hasSizeLessThan(30);
  }

  @Test
  void aReviewEndsWhenDeletedRepositoriesArePurged() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(deleteRepository("demo"));
    store.accepted(setPolicy("", "us", true, "", 1));
    store.accepted(reviewLinks());
    store.accepted(reviewLinks());
    assertThat(isReviewing()).isTrue();
    store.accepted(purgeRepository(1));
    store.accepted(reviewLinks());
    assertThat(isReviewing()).isFalse();
  }

  @Test
  void copiesAreCountedFromTheFirstReviewOn(@TempDir Path other) {
    try (AppliedStore old = new AppliedStore(other)) {
      old.accepted(announceRegion("us", "a:1"));
      old.accepted(announceRegion("eu", "b:1"));
      old.accepted(commitBlob("demo", "layer", "us", "0/a"));
      assertThat(StoreDump.of(old.db())).noneMatch(line -> line.startsWith("missing "));
      assertThat(isReviewing(old)).isTrue();
      old.accepted(reviewLinks(Extent.WANTED));
      assertThat(lackingBlobs(old)).isZero();
      assertThat(isReviewing(old)).isTrue();
      old.accepted(reviewLinks());
      assertThat(lackingBlobs(old)).isEqualTo(1);
      assertThat(isReviewing(old)).isFalse();
      MissingPage page = old.query(q -> q.forCopies().missing(region("eu"), new byte[0], 10));
      assertThat(page.items()).hasSize(1).allMatch(MissingFound::backfill);
      old.checkInvariants();
    }
  }

  @Test
  void theRegionsOfACopiedClusterCountOnceTheyAnnounceThemselves() {
    store.accepted(Operations.bootstrap("one"));
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(renewCluster("two"));
    review();
    assertThat(missing("eu")).isEmpty();
    store.accepted(announceRegion("eu", "x:1"));
    review();
    assertThat(missing("eu")).containsExactly("layer");
    assertThat(missing("ap")).isEmpty();
  }

  @Test
  void aManifestWaitsForTheCopiesOfItsBlobs() {
    store.accepted(setPolicy("team", "", true, "", 2));
    store.accepted(commitBlob("team/app", "config", "us", "0/a"));
    store.accepted(commitBlob("team/app", "layer", "us", "0/b"));
    store.accepted(addPlacement("config", "eu", "0/a"));
    PutManifest.Builder manifest =
        manifest("team/app", "m", blob("config"), blob("layer"), optional("foreign")).addTags("v1");
    CommandRejection rejection = store.rejected(RejectionCode.COPIES_MISSING, put(manifest));
    assertThat(rejection.getSubjectsList()).containsExactly(digest("layer").toString());
    assertThat(rejection.getMessage())
        .isEqualTo(
            "the policy of repository team/app asks for 2 copies of each blob; 1 blob has fewer: "
                + digest("layer")
                + " is in us, but not in ap, eu");
    store.accepted(addPlacement("layer", "ap", "0/b"));
    store.accepted(put(manifest));
  }

  @Test
  void someOfTheBlobsThatLackCopiesAreNamed() {
    store.accepted(setPolicy("team", "", true, "", 2));
    PutManifest.Builder manifest = manifest("team", "m");
    for (int i = 0; i < 5; i++) {
      store.accepted(commitBlob("team", "blob" + i, "us", "0/" + i));
      manifest.addReferences(blob("blob" + i));
    }
    CommandRejection rejection = store.rejected(RejectionCode.COPIES_MISSING, put(manifest));
    assertThat(rejection.getSubjectsList()).hasSize(5);
    assertThat(rejection.getMessage())
        .contains("5 blobs have fewer: " + digest("blob0") + " is in us, but not in ap, eu; ")
        .contains(digest("blob2").toString())
        .doesNotContain(digest("blob3").toString())
        .endsWith("; and 2 more");
  }

  @Test
  void copiesCountOnlyWhereThePolicyAllowsThemAndTheRegionStays() {
    store.accepted(commitBlob("base", "layer", "us", "0/a"));
    store.accepted(addPlacement("layer", "eu", "0/b"));
    store.accepted(mountBlob("team", "layer", "base"));
    store.accepted(setPolicy("team", "", true, "eu,ap", 2));
    assertThat(copiesMissing("team")).endsWith(" is in eu, but not in ap");
    store.accepted(addPlacement("layer", "ap", "0/c"));
    store.accepted(removeRegion("eu"));
    assertThat(copiesMissing("team")).endsWith(" is in ap");
    store.accepted(removeRegion("ap"));
    assertThat(copiesMissing("team")).endsWith(" is in no region that the policy allows");
  }

  @Test
  void anIndexWaitsForTheBlobsOfItsChildren() {
    store.accepted(commitBlob("team", "layer", "us", "0/a"));
    store.accepted(put(manifest("team", "child", blob("layer"))));
    store.accepted(setPolicy("team", "", true, "", 2));
    store.rejected(RejectionCode.COPIES_MISSING, put(manifest("team", "index", child("child"))));
    store.accepted(addPlacement("layer", "eu", "0/b"));
    store.accepted(put(manifest("team", "index", child("child"))));
  }

  @Test
  void aManifestOfTooManyBlobsIsRefusedRatherThanLookedThrough() {
    int count = 5_001;
    PutManifest.Builder one = manifest("team", "one");
    PutManifest.Builder other = manifest("team", "other");
    List<dev.meridian.proto.log.Command> commits = new ArrayList<>();
    IntStream.range(0, 2 * count)
        .forEach(i -> {
          commits.add(store.command(commitBlob("team", "b" + i, "us", "0/" + i)));
          (i % 2 == 0 ? one : other).addReferences(blob("b" + i));
        });
    store.apply(commits);
    store.accepted(put(one));
    store.accepted(put(other));
    store.accepted(setPolicy("team", "us", true, "us", 1));
    store.accepted(put(manifest("team", "index", child("one"), child("other"))));
    store.accepted(setPolicy("team", "", true, "", 2));
    assertThat(
            store
                .rejected(
                    RejectionCode.TOO_LARGE,
                    put(manifest("team", "index", child("one"), child("other"))))
                .getMessage())
        .contains("more than 10000 blobs and manifests");
  }

  @Test
  void replicationIntoARegionIsPaused() {
    store.rejected(RejectionCode.REGION_UNKNOWN, pauseReplication("mars", true));
    store.accepted(pauseReplication("eu", true));
    assertThat(isPaused("eu")).isTrue();
    store.accepted(announceRegion("eu", "z:1"));
    assertThat(isPaused("eu")).isTrue();
    store.accepted(pauseReplication("eu", false));
    assertThat(isPaused("eu")).isFalse();
  }

  @Test
  void listsTheCopiesOfARegionWithWhenTheyWereVerified() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.passTime(9);
    store.accepted(commitBlob("demo", "other", "us", "0/b"));
    store.accepted(addPlacement("layer", "us", "0/a"));
    var page = store.query(queries -> queries.forCopies().copies(region("us"), "0/a", 10));
    assertThat(page.items()).hasSize(1);
    assertThat(page.items().getFirst().digest()).isEqualTo(digest("other"));
    var all = store.query(queries -> queries.forCopies().copies(region("us"), "", 1));
    assertThat(all.more()).isTrue();
    assertThat(all.items().getFirst().copy().verifiedMillis()).isEqualTo(9);
    assertThat(all.items().getFirst().size()).isEqualTo("layer".length());
  }

  @Test
  void findsTheCopiesOfABlobWhicheverRepositoryLinksIt() {
    assertThat(store.<Object>query(queries -> queries.forCopies().blob(digest("layer"))))
        .isInstanceOf(Lookup.Missing.class);
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    assertThat(store.<Object>query(queries -> queries.forCopies().blob(digest("layer"))))
        .isInstanceOf(Lookup.Found.class);
  }

  /** How many commands it took. */
  private int review() {
    int commands = 0;
    while (isReviewing()) {
      store.accepted(reviewLinks());
      store.checkInvariants();
      commands++;
    }
    return commands;
  }

  private boolean isReviewing() {
    return isReviewing(store);
  }

  private static boolean isReviewing(AppliedStore store) {
    return store.query(queries -> queries.forCopies().isReviewing());
  }

  private static long lackingBlobs(AppliedStore store) {
    return store.query(queries -> queries.forReplication().lackingBlobs());
  }

  private boolean isPaused(String region) {
    return store.query(queries -> queries.forCopies().isPaused(region(region)));
  }

  private String refused(RejectionCode code, String regions, String only, int minCopies) {
    return store.rejected(code, setPolicy("team", regions, true, only, minCopies)).getMessage();
  }

  private String copiesMissing(String repository) {
    return store
        .rejected(RejectionCode.COPIES_MISSING, put(manifest(repository, "m", blob("layer"))))
        .getMessage();
  }

  private static ManifestLink optional(String content) {
    return blob(content).toBuilder().setOptional(true).build();
  }

  private Policy policy(String repository) {
    return store.query(queries -> queries.forCopies().policy(RepositoryName.parse(repository)));
  }

  private List<String> eager(String repository) {
    return policy(repository).eager().stream().map(RegionId::value).toList();
  }

  private PendingRecord pending(String region) {
    return store
        .read(view -> view.get(Tables.PENDING, region(region)))
        .orElse(PendingRecord.getDefaultInstance());
  }

  private MissingPage page(String region) {
    return store.query(queries -> queries.forCopies().missing(region(region), new byte[0], 100));
  }

  private List<String> missing(String region) {
    return names(page(region));
  }

  /** What the tests call the blobs. */
  private static List<String> names(MissingPage page) {
    return page.items().stream().map(MissingFound::digest).map(CopyCommandsTest::name).toList();
  }

  private static String name(Digest digest) {
    Set<String> words = Set.of("layer", "other", "first", "second", "z", "y", "new", "config");
    return IntStream.range(0, 30)
        .mapToObj(i -> "blob" + i)
        .filter(name -> digest(name).equals(digest))
        .findFirst()
        .or(() -> words.stream().filter(word -> digest(word).equals(digest)).findFirst())
        .orElseThrow();
  }

  private static RegionId region(String name) {
    return RegionId.parse(name);
  }
}
