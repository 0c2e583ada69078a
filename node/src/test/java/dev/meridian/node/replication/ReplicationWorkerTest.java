package dev.meridian.node.replication;

import static dev.meridian.node.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.fetch.ColdBlob;
import dev.meridian.node.fetch.CopyProgress;
import dev.meridian.node.fetch.FakeMetadata;
import dev.meridian.node.fetch.TestNode;
import dev.meridian.node.fetch.Throttle;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.routing.OwnerSelector;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A region with two nodes that lacks what another region holds. */
@Timeout(60)
final class ReplicationWorkerTest {

  private static final RegionId AP = RegionId.parse("ap-south");
  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId US = RegionId.parse("us-east");
  private static final long ROOM = 64L << 20;

  @TempDir private Path data;

  private final Vertx vertx = Vertx.vertx();
  private final FakeMetadata metadata = new FakeMetadata();
  private final AtomicBoolean storageUp = new AtomicBoolean(true);
  private final List<ReplicationWorker> workers = new ArrayList<>();

  /** How many each of them has begun. */
  private final List<AtomicInteger> rounds = new ArrayList<>();

  private TestNode eu;
  private TestNode us1;
  private TestNode us2;

  @BeforeEach
  void start() {
    eu = new TestNode(vertx, metadata, EU, "eu1", data, ROOM);
    us1 = new TestNode(vertx, metadata, US, "us1", data, ROOM);
    us2 = new TestNode(vertx, metadata, US, "us2", data, ROOM);
  }

  @AfterEach
  void stop() throws Exception {
    workers.forEach(ReplicationWorker::close);
    List<TestNode> nodes = List.of(eu, us1, us2);
    eventually(() ->
        assertThat(nodes).allSatisfy(node -> assertThat(node.fetcher.inProgress()).isEmpty()));
    nodes.forEach(TestNode::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private ReplicationWorker worker(TestNode node, String id, OptionalLong bandwidth) {
    AtomicInteger begun = new AtomicInteger();
    ReplicationWorker worker =
        new ReplicationWorker(
            node.regions,
            metadata,
            new OwnerSelector(node.regions, id),
            node.fetcher,
            () -> {
              begun.incrementAndGet();
              return storageUp.get();
            },
            new ReplicationSettings(4, bandwidth, Duration.ofMillis(20)),
            new SimpleMeterRegistry());
    workers.add(worker);
    rounds.add(begun);
    worker.start();
    return worker;
  }

  private void startBoth() {
    worker(us1, "us1", OptionalLong.empty());
    worker(us2, "us2", OptionalLong.empty());
  }

  /** Returns when no worker is in a round that has begun before. */
  private void awaitNextRounds() throws Exception {
    List<Integer> before = rounds.stream().map(AtomicInteger::get).toList();
    for (int i = 0; i < rounds.size(); i++) {
      AtomicInteger begun = rounds.get(i);
      int earlier = before.get(i);
      eventually(() -> assertThat(begun).hasValueGreaterThan(earlier));
    }
  }

  private Digest lacking(int seed, int size) throws IOException {
    byte[] content = new byte[size];
    new Random(seed).nextBytes(content);
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    metadata.link(digest, size);
    eu.hold(digest, content);
    metadata.want(digest, US);
    return digest;
  }

  private long sum(ToLongFunction<Membership.Copying> figure) {
    return workers.stream().map(worker -> worker.progress().report()).mapToLong(figure).sum();
  }

  private boolean isInUs(Digest digest) {
    return metadata.placements(digest).containsKey(US);
  }

  @Test
  void bringsAllThatIsMissingOverOnceWhateverItsSize() throws Exception {
    List<Digest> digests = new ArrayList<>();
    for (int seed = 0; seed < 40; seed++) {
      digests.add(lacking(seed, seed * 1000));
    }
    startBoth();

    eventually(() -> assertThat(digests).allMatch(this::isInUs));
    for (Digest digest : digests) {
      long size = digests.indexOf(digest) * 1000L;
      assertThat(us1.store.size(metadata.placements(digest).get(US))).hasValue(size);
    }
    // An empty blob has nothing to send.
    assertThat(eu.heldRequests).hasValue(39);
    assertThat(metadata.doomed(US)).isEmpty();
    // What was copied is counted after it is there.
    eventually(() -> assertThat(sum(Membership.Copying::blobs)).isEqualTo(40));
    eventually(() -> assertThat(sum(Membership.Copying::bytes)).isEqualTo(1000L * 39 * 40 / 2));
    // Both nodes had their part.
    assertThat(workers).allMatch(worker -> worker.progress().report().blobs() > 0);
  }

  @Test
  void goesOnWhereTheHolderBrokeOff() throws Exception {
    AtomicLong sent = new AtomicLong();
    AtomicBoolean broken = new AtomicBoolean();
    eu.fault =
        body -> {
          BlobBody.StreamBody stream = new BlobBody.StreamBody(body.openStream(), body.length());
          return new BlobBody.StreamBody(
              new FilterInputStream(stream.stream()) {
                private long given;

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                  if (given > 1_000_000 && broken.compareAndSet(false, true)) {
                    throw new IOException("cut");
                  }
                  int count = super.read(target, offset, length);
                  given += Math.max(0, count);
                  sent.addAndGet(Math.max(0, count));
                  return count;
                }
              },
              stream.length());
        };
    Digest digest = lacking(1, 3_000_000);
    startBoth();

    eventually(() -> assertThat(isInUs(digest)).isTrue());
    assertThat(broken).isTrue();
    // What had come before the cut did not cross again, but for what was under way.
    assertThat(sent.get()).isBetween(3_000_000L, 4_000_000L);
  }

  @Test
  void triesAgainWhatCouldNotBeCopied() throws Exception {
    byte[] wrong = new byte[100_000];
    AtomicBoolean lying = new AtomicBoolean(true);
    eu.fault =
        body ->
            lying.get()
                ? new BlobBody.StreamBody(new ByteArrayInputStream(wrong), wrong.length)
                : body;
    Digest digest = lacking(1, wrong.length);
    worker(us1, "us1", OptionalLong.empty());
    worker(us2, "us2", OptionalLong.empty());
    eventually(() -> assertThat(sum(Membership.Copying::errors)).isPositive());
    assertThat(isInUs(digest)).isFalse();

    lying.set(false);
    eventually(() -> assertThat(isInUs(digest)).isTrue());
  }

  @Test
  void whatIsLargerThanTheSpoolGoesStraightToStorage() throws Exception {
    TestNode narrow = new TestNode(vertx, metadata, AP, "ap1", data, 100_000);
    try {
      Digest digest = lacking(1, 300_000);
      metadata.want(digest, AP);
      worker(narrow, "ap1", OptionalLong.empty());
      eventually(() -> assertThat(metadata.placements(digest)).containsKey(AP));
      assertThat(narrow.store.size(metadata.placements(digest).get(AP))).hasValue(300_000L);
    } finally {
      narrow.close();
    }
  }

  @Test
  void restsWhileItIsPausedOrStorageIsDown() throws Exception {
    metadata.pause(US, true);
    storageUp.set(false);
    Digest digest = lacking(1, 1000);
    startBoth();
    storageUp.set(true);
    ReplicationWorker looking = workers.getFirst();
    assertThat(looking.round()).isFalse();
    assertThat(eu.heldRequests).hasValue(0);

    storageUp.set(false);
    awaitNextRounds();
    metadata.pause(US, false);
    assertThat(looking.round()).isFalse();
    assertThat(eu.heldRequests).hasValue(0);

    storageUp.set(true);
    eventually(() -> assertThat(isInUs(digest)).isTrue());
  }

  @Test
  void aHolderOutOfReachHoldsUpNothingElse() throws Exception {
    Digest gone = lacking(1, 1000);
    // More than a page of blobs that nobody gives.
    for (int seed = 2; seed < 6; seed++) {
      lacking(seed, 1000);
    }
    List<Digest> refused = new ArrayList<>(List.of(gone));
    eu.fault =
        body -> {
          throw new IllegalStateException("not now");
        };
    startBoth();
    eventually(() -> assertThat(sum(Membership.Copying::errors)).isGreaterThanOrEqualTo(5));
    eu.fault = body -> body;
    Digest later = lacking(9, 1000);

    eventually(() -> assertThat(isInUs(later)).isTrue());
    eventually(() -> assertThat(refused).allMatch(this::isInUs));
  }

  @Test
  void copiesWhatAReaderWaitsForAtFullSpeed() throws Exception {
    Digest digest = lacking(1, 3_000_000);
    worker(us1, "us1", OptionalLong.of(1000));
    worker(us2, "us2", OptionalLong.of(1000));
    eventually(() ->
        assertThat(us1.fetcher.inProgress().size() + us2.fetcher.inProgress().size()).isPositive());

    // At 1000 bytes a second this would take most of an hour.
    assertThat(us1.read(digest)).hasSize(3_000_000);
    eventually(() -> assertThat(isInUs(digest)).isTrue());
  }

  @Test
  void copiesWhatADurablePushWaitsForAtFullSpeed() throws Exception {
    Digest digest = lacking(1, 3_000_000);
    worker(us1, "us1", OptionalLong.of(1000));
    worker(us2, "us2", OptionalLong.of(1000));
    eventually(() ->
        assertThat(us1.fetcher.inProgress().size() + us2.fetcher.inProgress().size()).isPositive());
    TestNode owner = us1.fetcher.inProgress().isEmpty() ? us2 : us1;

    // At 1000 bytes a second this would take most of an hour.
    ColdBlob blob = ColdBlob.of(digest, metadata.getPlacements(digest, Freshness.LOCAL));
    assertThat(owner.fetcher.bring(blob, Throttle.NONE)).isTrue();
    assertThat(isInUs(digest)).isTrue();
    assertThat(eu.heldRequests).hasValue(1);
  }

  private List<Digest> lackingInAp(int count, int size) throws IOException {
    List<Digest> digests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] content = new byte[size];
      new Random(100 * size + i).nextBytes(content);
      Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
      metadata.link(digest, size);
      eu.hold(digest, content);
      metadata.want(digest, AP);
      digests.add(digest);
    }
    return digests;
  }

  /** Lets copies that would take hours come to their end. */
  private void finish(TestNode node, List<Digest> digests) throws InterruptedException {
    for (Digest digest : digests) {
      ColdBlob blob = ColdBlob.of(digest, metadata.getPlacements(digest, Freshness.LOCAL));
      assertThat(node.fetcher.bring(blob, Throttle.NONE)).isTrue();
    }
  }

  @Test
  void aSmallBlobWaitsForNoLargeOne() throws Exception {
    TestNode ap = new TestNode(vertx, metadata, AP, "ap1", data, ROOM);
    try {
      List<Digest> large = lackingInAp(6, 1_100_000);
      worker(ap, "ap1", OptionalLong.of(1000));
      eventually(() -> assertThat(ap.fetcher.inProgress()).hasSize(4));

      Digest small = lackingInAp(1, 10).getFirst();
      eventually(() -> assertThat(metadata.placements(small)).containsKey(AP));
      assertThat(large).noneMatch(digest -> metadata.placements(digest).containsKey(AP));
      finish(ap, large);
    } finally {
      ap.close();
    }
  }

  @Test
  void whatWasPushedLastDoesNotWaitForTheRest() throws Exception {
    TestNode ap = new TestNode(vertx, metadata, AP, "ap1", data, ROOM);
    try {
      List<Digest> large = lackingInAp(8, 1_100_000);
      worker(ap, "ap1", OptionalLong.of(1000));
      eventually(() -> assertThat(ap.fetcher.inProgress()).hasSize(4));
      assertThat(ap.fetcher.inProgress())
          .extracting(CopyProgress::digest)
          .contains(large.get(6), large.get(7));
      finish(ap, large);
    } finally {
      ap.close();
    }
  }

  @Test
  void manyBlobsOutOfReachHideNoneBehindThem() throws Exception {
    lost(0, 60);
    Digest digest = lacking(1, 1000);
    lost(60, 5);
    startBoth();
    eventually(() -> assertThat(isInUs(digest)).isTrue());
  }

  /** Blobs that only a region without nodes holds. */
  private void lost(int from, int count) {
    for (int i = from; i < from + count; i++) {
      Digest digest = Digest.of(Digest.Algorithm.SHA256, ("lost " + i).getBytes(UTF_8));
      metadata.link(digest, 1000);
      metadata.place(digest, RegionId.parse("sa-east"), "0/" + i);
      metadata.want(digest, US);
    }
  }
}
