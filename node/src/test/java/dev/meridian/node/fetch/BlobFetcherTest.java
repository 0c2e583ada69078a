package dev.meridian.node.fetch;

import static dev.meridian.node.Eventually.eventually;
import static dev.meridian.node.fetch.TestNode.REPOSITORY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.peer.BlobRequest;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.PeerNode;
import io.vertx.core.Vertx;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two regions that may hold a blob (ap-south, eu-west) and two nodes of one that does not. */
@Timeout(60)
final class BlobFetcherTest {

  private static final RegionId AP = RegionId.parse("ap-south");
  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId US = RegionId.parse("us-east");
  private static final long ROOM = 64L << 20;

  @TempDir private Path data;

  private final Vertx vertx = Vertx.vertx();
  private final FakeMetadata metadata = new FakeMetadata();
  private TestNode ap;
  private TestNode eu;
  private TestNode us1;
  private TestNode us2;

  @BeforeEach
  void start() {
    ap = new TestNode(vertx, metadata, AP, "ap1", data, ROOM);
    eu = new TestNode(vertx, metadata, EU, "eu1", data, ROOM);
    us1 = new TestNode(vertx, metadata, US, "us1", data, ROOM);
    us2 = new TestNode(vertx, metadata, US, "us2", data, ROOM);
  }

  @AfterEach
  void stop() throws Exception {
    List<TestNode> nodes = List.of(ap, eu, us1, us2);
    // A copy is kept after its readers are done; its files would come back into the directory.
    eventually(() ->
        assertThat(nodes).allSatisfy(node -> assertThat(node.fetcher.inProgress()).isEmpty()));
    nodes.forEach(TestNode::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void crossesOnceForFiftyReadersOnTwoNodesAndIsKept() throws Exception {
    byte[] content = content(3_000_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    ColdBlob cold = knownNow(digest);

    List<Callable<byte[]>> reads = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      reads.add(() -> read(us1, cold));
      reads.add(() -> read(us2, cold));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<byte[]> read : threads.invokeAll(reads)) {
        assertThat(Arrays.equals(read.get(), content)).isTrue();
      }
    }

    assertThat(ap.heldRequests).hasValue(1);
    eventually(() -> assertThat(metadata.placements(digest)).containsKey(US));
    assertThat(stored(us1, digest)).isEqualTo(content);
    assertThat(metadata.doomed(US)).isEmpty();
    eventually(() -> assertThat(us1.spools.reserved() + us2.spools.reserved()).isZero());
    assertThat(us1.fetcher.inProgress()).isEmpty();
  }

  @Test
  void doesNotCrossAgainForARequestThatReadTheMetadataEarlier() throws Exception {
    byte[] content = content(100_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    ColdBlob before = knownNow(digest);
    us1.read(digest);
    eventually(() -> assertThat(metadata.placements(digest)).containsKey(US));
    eventually(() -> assertThat(us1.spools.reserved() + us2.spools.reserved()).isZero());

    try (BlobBody body = us1.fetcher.open(before, Optional.empty())) {
      assertThat(body.openStream().readAllBytes()).isEqualTo(content);
    }

    assertThat(ap.heldRequests).hasValue(1);
    assertThat(metadata.doomed(US)).isEmpty();
  }

  @Test
  void aReaderThatStopsSlowsNobody() throws Exception {
    byte[] content = content(8_000_000);
    Digest digest = link(content);
    ap.hold(digest, content);

    ColdBlob cold = knownNow(digest);

    try (BlobBody slow = us1.fetcher.open(cold, Optional.empty());
        InputStream stream = slow.openStream()) {
      byte[] first = stream.readNBytes(1000);

      assertThat(read(us1, cold)).isEqualTo(content);
      assertThat(read(us2, cold)).isEqualTo(content);
      eventually(() -> assertThat(metadata.placements(digest)).containsKey(US));

      assertThat(first).isEqualTo(Arrays.copyOf(content, 1000));
      assertThat(stream.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(content, 1000, content.length));
    }
    assertThat(ap.heldRequests).hasValue(1);
  }

  @Test
  void wrongBytesAreNeverDeliveredWholeNorKept() throws Exception {
    byte[] content = content(1_000_000);
    byte[] wrong = content.clone();
    wrong[10] ^= 1;
    Digest digest = link(content);
    ap.hold(digest, wrong);

    try (BlobBody body = us1.open(digest, Optional.empty());
        InputStream stream = body.openStream()) {
      assertThatThrownBy(() -> stream.readNBytes(content.length)).isInstanceOf(IOException.class);
    }

    eventually(() -> assertThat(us1.spools.reserved() + us2.spools.reserved()).isZero());
    assertThat(metadata.placements(digest)).containsOnlyKeys(AP);
  }

  @Test
  void theNextHolderIsTriedWhenBytesWereWrong() throws Exception {
    byte[] content = content(1_000_000);
    byte[] wrong = content.clone();
    wrong[10] ^= 1;
    Digest digest = link(content);
    ap.hold(digest, wrong);
    eu.hold(digest, content);

    try (BlobBody body = us1.open(digest, Optional.empty());
        InputStream stream = body.openStream()) {
      assertThat(stream.readNBytes(content.length)).isEqualTo(content);
    } catch (IOException e) {
      // This reader had begun with the wrong bytes; one that had not is given the right ones.
    }

    eventually(() -> assertThat(metadata.placements(digest)).containsKey(US));
    assertThat(stored(us1, digest)).isEqualTo(content);
    assertThat(us1.read(digest)).isEqualTo(content);
  }

  @Test
  void aSmallBlobIsRightAtOnceThoughTheFirstHolderIsWrong() throws Exception {
    byte[] content = content(50_000);
    Digest digest = link(content);

    eu.hold(digest, content);
    byte[] wrong = content.clone();
    wrong[0] ^= 1;
    ap.hold(digest, wrong);

    assertThat(us1.read(digest)).isEqualTo(content);
    assertThat(ap.heldRequests).hasValue(1);
  }

  @Test
  void anotherHolderGoesOnWhereOneBrokeOff() throws Exception {
    byte[] content = content(5_000_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    eu.hold(digest, content);
    ap.fault = body -> failingAfter(body, 2_000_000);

    assertThat(us1.read(digest)).isEqualTo(content);

    assertThat(ap.heldRequests).hasValue(1);
    assertThat(eu.heldRequests).hasValue(1);
    eventually(() -> assertThat(metadata.placements(digest)).containsKey(US));
  }

  @Test
  void aHolderWithoutProgressIsGivenUp() throws Exception {
    byte[] content = content(5_000_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    eu.hold(digest, content);
    CountDownLatch end = new CountDownLatch(1);
    ap.fault = body -> hangingAfter(body, 1_000_000, end);
    try {
      assertThat(us1.read(digest)).isEqualTo(content);
    } finally {
      end.countDown();
    }
  }

  @Test
  void failsTheStreamWhenTheOnlyHolderBreaksOffAndGoesOnLater() throws Exception {
    byte[] content = content(5_000_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    AtomicBoolean begun = new AtomicBoolean();
    ap.fault = body -> failingAfter(body, begun.compareAndSet(false, true) ? 2_000_000 : 0);

    assertThatThrownBy(() -> us1.read(digest)).isInstanceOf(IOException.class);

    eventually(() -> assertThat(owner(digest).fetcher.inProgress()).isEmpty());
    List<Long> lengths = new CopyOnWriteArrayList<>();
    ap.fault =
        body -> {
          lengths.add(body.length());
          return body;
        };
    assertThat(us1.read(digest)).isEqualTo(content);
    assertThat(lengths).hasSize(1).allMatch(length -> length < content.length);
    eventually(() -> assertThat(us1.spools.reserved() + us2.spools.reserved()).isZero());
  }

  @Test
  void saysWhenNoHolderCanBeReached() throws Exception {
    byte[] content = content(1000);
    Digest digest = link(content);
    ap.hold(digest, content);
    ap.die();

    assertThatThrownBy(() -> us1.read(digest)).isInstanceOf(NoHolderException.class);
    assertThatThrownBy(() -> us2.read(digest)).isInstanceOf(NoHolderException.class);
    assertThatThrownBy(() -> us1.open(digest, Optional.of(new ByteRange(0, 9))))
        .isInstanceOf(NoHolderException.class);
  }

  @Test
  void aRangeComesAtOnceAndTheWholeIsFetchedBesideIt() throws Exception {
    byte[] content = content(3_000_000);
    Digest digest = link(content);
    ap.hold(digest, content);

    for (TestNode node : List.of(us1, us2)) {
      try (BlobBody body = node.open(digest, Optional.of(new ByteRange(2_900_000, 2_999_999)))) {
        assertThat(body.length()).isEqualTo(100_000);
        assertThat(body.openStream().readAllBytes())
            .isEqualTo(Arrays.copyOfRange(content, 2_900_000, 3_000_000));
      }
    }

    eventually(() -> assertThat(metadata.placements(digest)).containsKey(US));
    assertThat(stored(us1, digest)).isEqualTo(content);
  }

  @Test
  void eachNodeFetchesByItselfWhileTheOwnerIsDown() throws Exception {
    byte[] content = content(200_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    TestNode owner = owner(digest);
    TestNode other = owner == us1 ? us2 : us1;
    owner.die();

    assertThat(other.read(digest)).isEqualTo(content);

    assertThat(owner.fetchedRequests).hasValue(0);
    eventually(() -> assertThat(metadata.placements(digest)).containsKey(US));
  }

  @Test
  void anOwnerThatStandsStillIsNotWaitedForToTheEnd() throws Exception {
    // It takes connections, as the system does for a process that was stopped, and no more.
    try (ServerSocket stopped = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      metadata.join(new Membership.Member("us3", US, "127.0.0.1:" + stopped.getLocalPort()));
      byte[] content = contentOwnedBy("us3");
      Digest digest = link(content);
      ap.hold(digest, content);

      // An answer of a node that is alive is waited for longer than this test may take.
      assertThat(us1.read(digest)).isEqualTo(content);
    }
  }

  private byte[] contentOwnedBy(String node) {
    OwnerSelector owners = new OwnerSelector(us1.regions, "us1");
    return IntStream.iterate(1000, length -> length + 1)
        .mapToObj(BlobFetcherTest::content)
        .filter(content ->
            owners
                .otherOwner(Digest.of(Digest.Algorithm.SHA256, content))
                .filter(owner -> owner.nodeId().equals(node))
                .isPresent())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatStorageOfTheirRegionDoesNotGiveNodesTakeFromOthers() throws Exception {
    byte[] content = content(200_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    us1.hold(digest, content);
    us1.store.delete(metadata.placements(digest).get(US));

    assertThat(us1.read(digest)).isEqualTo(content);
    assertThat(us2.read(digest)).isEqualTo(content);

    // A region that asks goes on to the next.
    assertThat(eu.read(digest)).isEqualTo(content);
  }

  @Test
  void storageThatIsDownIsNotAskedForWhatAnotherRegionHolds() throws Exception {
    byte[] content = content(200_000);
    Digest digest = link(content);
    us1.hold(digest, content);
    us1.storageUp = false;
    us2.storageUp = false;

    assertThat(eu.read(digest)).as("the only copy").isEqualTo(content);
    eventually(() -> assertThat(metadata.placements(digest)).containsKey(EU));

    us1.storageReads.set(0);
    us2.storageReads.set(0);
    assertThat(us1.read(digest)).isEqualTo(content);
    assertThat(us2.read(digest)).isEqualTo(content);
    BlobRequest request = new BlobRequest(digest, Optional.empty(), 0);
    for (PeerNode node : ap.regions.nodesIn(US)) {
      assertThatThrownBy(() -> ap.client.openHeld(node, request))
          .isInstanceOf(PeerRefusedException.class)
          .hasMessageContaining("object storage of us-east does not answer");
    }
    assertThat(us1.storageReads).hasValue(0);
    assertThat(us2.storageReads).hasValue(0);
  }

  @Test
  void storageThatDoesNotGiveABlobIsNotAskedAgainByTheSameRequest() throws Exception {
    byte[] content = content(200_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    us1.hold(digest, content);
    TestNode owner = owner(digest);
    owner.storageFault =
        body -> {
          throw new BlobStoreException(BlobStoreException.Kind.UNAVAILABLE, "no answer");
        };

    assertThat((owner == us1 ? us2 : us1).read(digest)).isEqualTo(content);

    assertThat(owner.storageReads).hasValue(1);
  }

  @Test
  void whatBreaksOffAtTheOwnerOfTheBlobIsContinuedThere() throws Exception {
    byte[] content = content(1_000_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    us1.hold(digest, content);
    TestNode owner = owner(digest);
    owner.storageFault = body -> failingAfter(body, 500_000);

    assertThat((owner == us1 ? us2 : us1).read(digest)).isEqualTo(content);
  }

  @Test
  void holdersGoOnWhereTheOwnCopyBrokeOff() throws Exception {
    byte[] content = content(1_000_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    ColdBlob before = knownNow(digest);
    us1.hold(digest, content);
    CountDownLatch begun = new CountDownLatch(1);
    us1.storageFault =
        body ->
            interrupted(
                body,
                500_000,
                () -> {
                  begun.await();
                  throw new IOException("the disk is gone");
                });

    try (BlobBody body = us1.fetcher.openHere(before, Optional.empty());
        InputStream stream = body.openStream()) {
      byte[] first = stream.readNBytes(1000);
      begun.countDown();
      assertThat(first).isEqualTo(Arrays.copyOf(content, 1000));
      assertThat(stream.readAllBytes())
          .isEqualTo(Arrays.copyOfRange(content, 1000, content.length));
    }
  }

  @Test
  void aCopyThatIsGoneLosesItsPlaceUnlessItIsTheLast() throws Exception {
    byte[] content = content(100_000);
    Digest digest = link(content);
    us1.hold(digest, content);
    String gone = metadata.placements(digest).get(US);
    us1.store.delete(gone);
    PeerNode node = ap.regions.nodesIn(US).getFirst();
    BlobRequest request = new BlobRequest(digest, Optional.empty(), 0);

    assertThatThrownBy(() -> ap.client.openHeld(node, request))
        .isInstanceOf(PeerRefusedException.class);
    eu.hold(digest, content);
    assertThat(metadata.placements(digest)).containsEntry(US, gone);

    assertThatThrownBy(() -> ap.client.openHeld(node, request))
        .isInstanceOf(PeerRefusedException.class);
    eventually(() -> assertThat(metadata.placements(digest)).containsOnlyKeys(EU));
  }

  @Test
  void passesThroughWhatHasNoRoomOnDisk() throws Exception {
    try (TestNode small = new TestNode(vertx, metadata, RegionId.parse("sa"), "sa1", data, 1000)) {
      byte[] content = content(500_000);
      Digest digest = link(content);
      ap.hold(digest, content);

      assertThat(small.read(digest)).isEqualTo(content);
      assertThat(metadata.placements(digest)).containsOnlyKeys(AP);

      byte[] wrong = content.clone();
      wrong[499_999] ^= 1;
      ap.hold(digest, wrong);
      try (BlobBody body = small.open(digest, Optional.empty());
          InputStream stream = body.openStream()) {
        assertThatThrownBy(() -> stream.readNBytes(content.length))
            .isInstanceOf(WrongBytesException.class);
      }
    }
  }

  @Test
  void servesABlobWithoutBytes() throws Exception {
    Digest digest = link(new byte[0]);
    ap.hold(digest, new byte[0]);

    assertThat(us1.read(digest)).isEmpty();
    assertThat(us2.read(digest)).isEmpty();
  }

  @Test
  void doomsItsCopyWhenTheBlobIsNotWantedAnyMore() throws Exception {
    byte[] content = content(100_000);
    Digest digest = link(content);
    ap.hold(digest, content);
    metadata.refusePlacements();

    assertThat(us1.read(digest)).isEqualTo(content);

    eventually(() -> assertThat(metadata.doomed(US)).hasSize(1));
    assertThat(metadata.placements(digest)).containsOnlyKeys(AP);
  }

  private TestNode owner(Digest digest) {
    return new OwnerSelector(us1.regions, "us1").otherOwner(digest).isPresent() ? us2 : us1;
  }

  /** As requests know it that read the metadata before a copy was kept here. */
  private ColdBlob knownNow(Digest digest) {
    return ColdBlob.of(digest, metadata.getBlob(REPOSITORY, digest, Freshness.LOCAL));
  }

  private static byte[] read(TestNode node, ColdBlob blob) throws IOException {
    try (BlobBody body = node.fetcher.open(blob, Optional.empty())) {
      return body.openStream().readAllBytes();
    }
  }

  private Digest link(byte[] content) {
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    metadata.link(digest, content.length);
    return digest;
  }

  private byte[] stored(TestNode node, Digest digest) throws IOException {
    String key = metadata.placements(digest).get(node.region);
    long size = node.store.size(key).orElseThrow();
    try (BlobBody body = node.store.open(key, ByteRange.whole(size))) {
      return body.openStream().readAllBytes();
    }
  }

  private static byte[] content(int length) {
    byte[] content = new byte[length];
    new Random(length).nextBytes(content);
    return content;
  }

  private static BlobBody failingAfter(BlobBody body, long count) {
    return interrupted(
        body,
        count,
        () -> {
          throw new IOException("the disk is gone");
        });
  }

  private static BlobBody hangingAfter(BlobBody body, long count, CountDownLatch end) {
    return interrupted(
        body,
        count,
        () -> {
          end.await();
          return null;
        });
  }

  private static BlobBody interrupted(BlobBody body, long count, Callable<Void> fault) {
    InputStream faulty =
        new FilterInputStream(body.openStream()) {
          private long left = count;

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            if (left <= 0) {
              try {
                fault.call();
              } catch (IOException e) {
                throw e;
              } catch (Exception e) {
                throw new IOException(e);
              }
            }
            int read = super.read(target, offset, (int) Math.min(length, Math.max(left, 1)));
            left -= Math.max(read, 0);
            return read;
          }
        };
    return new BlobBody.StreamBody(faulty, body.length());
  }
}
