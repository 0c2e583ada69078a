package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.holds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.proto.metadata.CreateRepository;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.GetManifestReply;
import dev.meridian.proto.metadata.GetManifestRequest;
import dev.meridian.proto.metadata.ReadOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that stop and come back. */
class FailoverIT {

  @TempDir Path root;

  private static int other(int... taken) {
    return IntStream.range(0, 3)
        .filter(index -> IntStream.of(taken).noneMatch(t -> t == index))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void writesGoOnWithoutTheLeaderAndAMinorityAnswersOnlyByDigest() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "failover")) {
      String digest =
          cluster.server(0).putTag("demo/app", "t", "before").getPutManifest().getDigest();
      int first = cluster.awaitLeader();
      cluster.stop(first);

      // The first command after the loss finds its way by itself.
      int writer = other(first);
      ExecuteReply during = cluster.server(writer).putTag("demo/app", "t", "during");
      int second = cluster.awaitLeader();
      assertThat(second).isNotEqualTo(first);
      assertThat(cluster.server(other(first, writer)).getTag("demo/app", "t").getDigest())
          .isEqualTo(during.getPutManifest().getDigest());

      cluster.stop(second);
      int last = other(first, second);
      assertUnavailableInTime(cluster.server(last));
      assertThat(
              cluster
                  .server(last)
                  .stub()
                  .getManifest(
                      GetManifestRequest.newBuilder()
                          .setRepository("demo/app")
                          .setDigest(digest)
                          .setRead(ReadOptions.newBuilder().setMode(ReadOptions.Mode.LOCAL))
                          .build())
                  .getDigest())
          .isEqualTo(digest);
      assertThat(cluster.server(last).controlPlane().isReady()).isTrue();

      // Both come back, and what was acknowledged is there.
      cluster.start(first);
      cluster.start(second);
      cluster.awaitLeader();
      for (int i = 0; i < 3; i++) {
        assertThat(cluster.server(i).getTag("demo/app", "t").getDigest())
            .isEqualTo(during.getPutManifest().getDigest());
      }
      // Of the command that the minority took nothing is left: it was given up long ago, or not.
      ExecuteReply after = cluster.server(last).putTag("demo/app", "t", "after");
      assertThat(cluster.server(first).getTag("demo/app", "t").getDigest())
          .isEqualTo(after.getPutManifest().getDigest());
    }
  }

  private static void assertUnavailableInTime(TestServer server) {
    long began = System.nanoTime();
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> {
          ExecuteReply unused =
              server
                  .stub()
                  .withDeadlineAfter(20, TimeUnit.SECONDS)
                  .execute(
                      TestServer.request()
                          .setCreateRepository(
                              CreateRepository.newBuilder().setRepository("demo/minority"))
                          .build());
        })
        .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    assertThatThrownBy(() ->
            server
                .stub()
                .getManifest(
                    GetManifestRequest.newBuilder().setRepository("demo/app").setTag("t").build()))
        .hasMessageContaining("UNAVAILABLE: no quorum");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void aMinorityAnswersBoundedReadsAsLongAsTheirBoundAllows() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "bounded")) {
      int leader = cluster.awaitLeader();
      int last = other(leader);
      String digest =
          cluster.server(last).putTag("demo/app", "t", "known").getPutManifest().getDigest();
      assertThat(cluster.server(last).quorum()).isPositive();
      cluster.stop(other(leader, last));
      cluster.stop(leader);

      TestServer minority = cluster.server(last);
      ReadOptions hour = bounded(Duration.ofHours(1));
      assertThat(getTag(minority, "t", hour).getDigest()).isEqualTo(digest);
      // The same state, but the barrier behind it is too old for this reader. If it was elected
      // just
      // before, its lease is as good as a new one for a moment.
      holds(
          "no new barrier",
          () -> assertNoQuorum(() -> getTag(minority, "t", bounded(Duration.ofMillis(1)))));
      // That something is nowhere takes a quorum, whatever the bound is.
      assertNoQuorum(() -> getTag(minority, "absent", hour));
      assertNoQuorum(() -> getTag(minority, "t", ReadOptions.getDefaultInstance()));
    }
  }

  private static ReadOptions bounded(Duration staleness) {
    return ReadOptions.newBuilder()
        .setMode(ReadOptions.Mode.BOUNDED)
        .setMaxStalenessMs(staleness.toMillis())
        .build();
  }

  private static GetManifestReply getTag(TestServer server, String tag, ReadOptions options) {
    return server
        .stub()
        .getManifest(
            GetManifestRequest.newBuilder()
                .setRepository("demo/app")
                .setTag(tag)
                .setRead(options)
                .build());
  }

  private static void assertNoQuorum(ThrowingCallable read) {
    assertThatThrownBy(read).hasMessageContaining("UNAVAILABLE: no quorum");
  }

  @Test
  void aWholeClusterStartsAgainOnOtherPortsWithoutReplay() throws Exception {
    String digest;
    long revision;
    try (TestCluster cluster = TestCluster.started(root, "moved")) {
      digest = cluster.server(0).putTag("demo/app", "t", "kept").getPutManifest().getDigest();
      for (int i = 0; i < 3; i++) {
        assertThat(cluster.server(i).getTag("demo/app", "t").getDigest()).isEqualTo(digest);
      }
      revision = cluster.server(0).controlPlane().status().revision();
    }
    try (TestCluster moved = TestCluster.started(root, "moved")) {
      for (int i = 0; i < 3; i++) {
        assertThat(moved.server(i).getTag("demo/app", "t").getDigest()).isEqualTo(digest);
      }
      ExecuteReply written = moved.server(moved.follower()).putTag("demo/app", "t", "moved");
      assertThat(moved.server(0).getTag("demo/app", "t").getDigest())
          .isEqualTo(written.getPutManifest().getDigest());
      // Ticks of new leaders, each with its revision, and no entry of before.
      ControlPlane first = moved.server(0).controlPlane();
      assertThat(first.raft().entriesAppliedSinceStart())
          .isLessThanOrEqualTo(first.status().revision() - revision);
    }
  }

  @Test
  void aServerThatComesBackAloneWaitsForTheOthers() throws Exception {
    String digest;
    try (TestCluster cluster = TestCluster.started(root, "alone")) {
      digest = cluster.server(0).putTag("demo/app", "t", "kept").getPutManifest().getDigest();
      assertThat(cluster.server(0).getTag("demo/app", "t").getDigest()).isEqualTo(digest);
    }
    try (TestCluster cluster = new TestCluster(root, "alone")) {
      TestServer first = cluster.start(0);
      assertThat(first.controlPlane().isReady()).isTrue();
      assertThat(first.controlPlane().status().quorum()).isFalse();
      cluster.start(1);
      cluster.awaitLeader();
      assertThat(first.getTag("demo/app", "t").getDigest()).isEqualTo(digest);
    }
  }
}
