package dev.meridian.node.replication;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.fetch.FakeMetadata;
import dev.meridian.node.fetch.TestNode;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataRejectedException.Reason;
import dev.meridian.node.routing.OwnerSelector;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pushes in one region, with two others that may make copies. */
@Timeout(120)
final class DurablePushesTest {

  private static final RegionId AP = RegionId.parse("ap-south");
  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId US = RegionId.parse("us-east");
  private static final long ROOM = 64L << 20;

  /** Where the copies come: as long as the machine may need. */
  private static final Duration WAIT = Duration.ofSeconds(60);

  /** Where they do not come. */
  private static final Duration SHORT_WAIT = Duration.ofMillis(100);

  @TempDir private Path data;

  private final Vertx vertx = Vertx.vertx();
  private final FakeMetadata metadata = new FakeMetadata();
  private TestNode ap;
  private TestNode eu;
  private TestNode us;
  private DurablePushes pushes;

  @BeforeEach
  void start() {
    ap = new TestNode(vertx, metadata, AP, "ap1", data, ROOM);
    eu = new TestNode(vertx, metadata, EU, "eu1", data, ROOM);
    us = new TestNode(vertx, metadata, US, "us1", data, ROOM);
    pushes = pushes(WAIT);
  }

  private DurablePushes pushes(Duration wait) {
    return new DurablePushes(metadata, copies(wait), wait);
  }

  private PushCopies copies(Duration patience) {
    return new PushCopies(
        us.regions,
        metadata,
        new OwnerSelector(us.regions, "us1"),
        us.client,
        us.fetcher,
        patience);
  }

  @AfterEach
  void stop() throws Exception {
    List<TestNode> nodes = List.of(ap, eu, us);
    eventually(() ->
        assertThat(nodes).allSatisfy(node -> assertThat(node.fetcher.inProgress()).isEmpty()));
    nodes.forEach(TestNode::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private Digest commit() throws Exception {
    byte[] content = new byte[200_000];
    new Random(1).nextBytes(content);
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    metadata.link(digest, content.length);
    us.hold(digest, content);
    var unused =
        pushes.execute(
            Caller.ANONYMOUS,
            new MetadataCommand.CommitBlob(
                TestNode.REPOSITORY,
                digest,
                content.length,
                US,
                metadata.placements(digest).get(US),
                Long.MAX_VALUE));
    return digest;
  }

  private void putManifest() {
    var unused =
        pushes.execute(
            Caller.ANONYMOUS,
            new MetadataCommand.PutManifest(
                TestNode.REPOSITORY,
                Optional.empty(),
                "",
                new byte[0],
                List.of(),
                new MetadataCommand.TagCondition.None()));
  }

  @Test
  void copiesBeginWithTheCommitOfABlob() throws Exception {
    metadata.setPolicy(Set.of(), 2);
    Digest digest = commit();
    eventually(() -> assertThat(metadata.placements(digest)).hasSize(2));
    putManifest();
    assertThat(ap.copyRequests.get() + eu.copyRequests.get()).isEqualTo(1);
  }

  @Test
  void nothingIsCopiedWhereOneCopyIsEnough() throws Exception {
    Digest digest = commit();
    putManifest();
    assertThat(metadata.placements(digest)).containsOnlyKeys(US);
    assertThat(ap.copyRequests.get() + eu.copyRequests.get()).isZero();
  }

  @Test
  void aManifestWaitsForTheCopiesOfAPolicyThatCameLater() throws Exception {
    Digest digest = commit();
    metadata.setPolicy(Set.of(), 3);
    putManifest();
    assertThat(metadata.placements(digest)).containsOnlyKeys(AP, EU, US);
  }

  @Test
  void anotherRegionTakesThePlaceOfOneThatFails() throws Exception {
    ap.refusesCopies = true;
    metadata.setPolicy(Set.of(), 2);
    Digest digest = commit();
    putManifest();
    assertThat(metadata.placements(digest)).containsOnlyKeys(EU, US);
  }

  @Test
  void aRegionWhoseStorageIsDownRefusesAtOnce() throws Exception {
    ap.storageUp = false;
    metadata.setPolicy(Set.of(), 2);
    Digest digest = commit();
    putManifest();
    assertThat(metadata.placements(digest)).containsOnlyKeys(EU, US);
  }

  @Test
  void aRegionThatIsPausedIsAskedAfterTheOthers() throws Exception {
    metadata.pause(AP, true);
    metadata.setPolicy(Set.of(), 2);
    Digest digest = commit();
    putManifest();
    assertThat(metadata.placements(digest)).containsOnlyKeys(EU, US);

    metadata.setPolicy(Set.of(), 3);
    putManifest();
    assertThat(metadata.placements(digest)).containsOnlyKeys(AP, EU, US);
  }

  @Test
  void aRegionThatDoesNotAnswerHoldsUpNothing() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    ap.beforeCopies = end;
    // Another region is asked when a fifth of it is over.
    pushes = pushes(Duration.ofSeconds(20));
    metadata.setPolicy(Set.of(), 2);
    Digest digest = commit();
    try {
      putManifest();
      assertThat(metadata.placements(digest)).containsOnlyKeys(EU, US);
    } finally {
      end.countDown();
    }
    // Its files would come back into the directory.
    eventually(() -> assertThat(metadata.placements(digest)).containsKey(AP));
  }

  @Test
  void copiesOutsideOfThePolicyDoNotCount() throws Exception {
    metadata.setPolicy(Set.of(US, EU), 2);
    Digest digest = commit();
    putManifest();
    assertThat(metadata.placements(digest)).containsOnlyKeys(EU, US);
    assertThat(ap.copyRequests).hasValue(0);
  }

  @Test
  void saysWhatIsMissingWhereWhenTheWaitIsOver() throws Exception {
    ap.refusesCopies = true;
    eu.die();
    metadata.setPolicy(Set.of(), 2);
    PushCopies copies = copies(WAIT);
    pushes = new DurablePushes(metadata, copies, SHORT_WAIT);
    Digest digest = commit();
    PushCopies.Work begun =
        copies.begin(digest, metadata.getPolicy(TestNode.REPOSITORY, Freshness.LOCAL));
    eventually(() -> assertThat(begun.failures()).containsOnlyKeys(AP, EU));

    assertThatThrownBy(this::putManifest)
        .isInstanceOfSatisfying(
            MetadataRejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.COPIES_MISSING))
        .hasMessageContaining(digest.toString())
        .hasMessageContaining("ap-south: ")
        .hasMessageContaining("no room")
        .hasMessageContaining("eu-west: ");

    // A new push finds the blob and goes on.
    ap.refusesCopies = false;
    pushes = pushes(WAIT);
    putManifest();
    assertThat(metadata.placements(digest)).containsOnlyKeys(AP, US);
  }
}
