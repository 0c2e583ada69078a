package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.RaftMember;
import dev.meridian.proto.admin.RaftServiceGrpc;
import dev.meridian.proto.metadata.DeleteManifest;
import dev.meridian.proto.metadata.DeleteTag;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.GetManifestRequest;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.PutManifest;
import dev.meridian.proto.metadata.ReadOptions;
import dev.meridian.proto.metadata.RejectionDetail;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three servers that all run: what one region acknowledged is what the others say, at once. */
class ReplicationIT {

  @TempDir static Path root;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.started(root, "replication");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static GetManifestRequest byDigest(String repository, String digest, ReadOptions read) {
    return GetManifestRequest.newBuilder()
        .setRepository(repository)
        .setDigest(digest)
        .setRead(read)
        .build();
  }

  @Test
  void readsEverywhereSeeWhatWasJustWrittenAnywhere() {
    for (int round = 0; round < 100; round++) {
      TestServer writer = cluster.server(round % 3);
      ExecuteReply written = writer.putTag("demo/app", "latest", "round " + round);
      for (int reader = 0; reader < 3; reader++) {
        assertThat(cluster.server(reader).getTag("demo/app", "latest").getDigest())
            .as("round %s at %s", round, reader)
            .isEqualTo(written.getPutManifest().getDigest());
      }
    }
  }

  @Test
  void aLocalReadElsewhereDoesNotCallMissingWhatWasJustWritten() {
    ReadOptions local = ReadOptions.newBuilder().setMode(ReadOptions.Mode.LOCAL).build();
    for (int round = 0; round < 30; round++) {
      ExecuteReply written = cluster.server(round % 3).putTag("demo/local", "t", "local " + round);
      String digest = written.getPutManifest().getDigest();
      for (int reader = 0; reader < 3; reader++) {
        assertThat(
                cluster
                    .server(reader)
                    .stub()
                    .getManifest(byDigest("demo/local", digest, local))
                    .getDigest())
            .isEqualTo(digest);
      }
    }
  }

  @Test
  void aDeletedManifestIsGoneFromLocalReadsEverywhereAtOnce() throws Exception {
    Deletions deletions = new Deletions();
    ReadOptions local = ReadOptions.newBuilder().setMode(ReadOptions.Mode.LOCAL).build();
    for (int round = 0; round < 20; round++) {
      TestServer writer = cluster.server(round % 3);
      String digest = writer.putTag("demo/gone", "t", "gone " + round).getPutManifest().getDigest();
      deletions.delete(
          round % 3,
          () -> deleteManifest(writer, "demo/gone", digest),
          () -> {
            for (int reader = 0; reader < 3; reader++) {
              TestServer server = cluster.server(reader);
              assertThatThrownBy(
                      () -> server.stub().getManifest(byDigest("demo/gone", digest, local)))
                  .as("at %s", reader)
                  .hasMessageContaining("MANIFEST_UNKNOWN");
            }
          });
    }
  }

  private static void deleteManifest(TestServer server, String repository, String digest) {
    ExecuteReply unused =
        server
            .stub()
            .execute(
                TestServer.request()
                    .setDeleteManifest(
                        DeleteManifest.newBuilder().setRepository(repository).setDigest(digest))
                    .build());
  }

  @Test
  void waitsForTheRevisionThatAClientHasSeen() {
    ExecuteReply written = cluster.server(0).putTag("demo/seen", "t", "seen");
    ReadOptions atLeast =
        ReadOptions.newBuilder()
            .setMode(ReadOptions.Mode.LOCAL)
            .setMinRevision(written.getRevision())
            .build();
    var found =
        cluster
            .server(1)
            .stub()
            .getManifest(
                GetManifestRequest.newBuilder()
                    .setRepository("demo/seen")
                    .setTag("t")
                    .setRead(atLeast)
                    .build());
    assertThat(found.getRevision()).isGreaterThanOrEqualTo(written.getRevision());

    ReadOptions neverReached =
        ReadOptions.newBuilder().setMinRevision(written.getRevision() + 1_000_000).build();
    assertThatThrownBy(() ->
            cluster
                .server(1)
                .stub()
                .getManifest(
                    GetManifestRequest.newBuilder()
                        .setRepository("demo/seen")
                        .setTag("t")
                        .setRead(neverReached)
                        .build()))
        .hasMessageContaining("UNAVAILABLE");
  }

  @Test
  void aBoundedReadIsAnsweredAfterABarrierOfThatAge() {
    long revision = cluster.server(2).quorum();
    ReadOptions bounded =
        ReadOptions.newBuilder()
            .setMode(ReadOptions.Mode.BOUNDED)
            .setMaxStalenessMs(60_000)
            .build();
    assertThatThrownBy(() ->
            cluster
                .server(2)
                .stub()
                .getManifest(
                    GetManifestRequest.newBuilder()
                        .setRepository("demo/none")
                        .setTag("t")
                        .setRead(bounded)
                        .build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(rejection(e).getRevision()).isGreaterThanOrEqualTo(revision));
  }

  private static RejectionDetail rejection(StatusRuntimeException e) {
    try {
      return RejectionDetail.parseFrom(
          e.getTrailers()
              .get(Metadata.Key.of("meridian-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER)));
    } catch (com.google.protobuf.InvalidProtocolBufferException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Test
  void aCommandThatIsSentAgainElsewhereIsAppliedOnce() {
    ExecuteRequest request =
        TestServer.request()
            .setPutManifest(
                PutManifest.newBuilder()
                    .setRepository("demo/retry")
                    .setContent(TestServer.manifest("retry"))
                    .addTags("t"))
            .build();
    ExecuteReply first = cluster.server(0).stub().execute(request);
    ExecuteReply between = cluster.server(0).putTag("demo/retry", "t", "later");
    assertThat(cluster.server(1).stub().execute(request)).isEqualTo(first);
    assertThat(cluster.server(2).getTag("demo/retry", "t").getDigest())
        .isEqualTo(between.getPutManifest().getDigest());
  }

  @Test
  void aDeletionThatIsSentAgainElsewhereHasTheOutcomeOfTheFirst() {
    ExecuteReply unused = cluster.server(0).putTag("demo/deleted", "t", "deleted");
    ExecuteRequest request = deleteTag("demo/deleted", "t");
    ExecuteReply first = cluster.server(0).stub().execute(request);
    for (int again = 0; again < 3; again++) {
      assertThat(cluster.server(again).stub().execute(request)).isEqualTo(first);
    }
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(
            () -> cluster.server(1).stub().execute(deleteTag("demo/deleted", "t")).getRevision())
        .satisfies(e -> assertThat(rejection(e).getCode()).isEqualTo("TAG_UNKNOWN"));
  }

  private static ExecuteRequest deleteTag(String repository, String tag) {
    return TestServer.request()
        .setDeleteTag(DeleteTag.newBuilder().setRepository(repository).setTag(tag))
        .build();
  }

  @Test
  void aRejectionSaysWhy() {
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> cluster.server(0).getTag("demo/absent", "t"))
        .satisfies(e -> {
          assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
          assertThat(rejection(e).getCode()).isEqualTo("REPOSITORY_UNKNOWN");
        });
    assertThatExceptionOfType(StatusRuntimeException.class)
        .isThrownBy(() -> cluster.server(0).getTag("../etc", "t"))
        .satisfies(e -> assertThat(rejection(e).getCode()).isEqualTo("NAME_INVALID"));
  }

  @Test
  void anotherClustersCallsAreRefused() {
    ManagedChannel channel =
        InProcessChannelBuilder.forName(cluster.server(0).controlPlane().inProcessName()).build();
    try {
      var request = dev.meridian.proto.metadata.CheckQuorumRequest.getDefaultInstance();
      var own = MetadataServiceGrpc.newBlockingStub(TestServer.forCluster(channel, "replication"));
      assertThat(own.checkQuorum(request).getRevision()).isPositive();
      var other = MetadataServiceGrpc.newBlockingStub(TestServer.forCluster(channel, "other"));
      assertThatThrownBy(() -> other.checkQuorum(request))
          .hasMessageContaining("FAILED_PRECONDITION")
          .hasMessageContaining("\"replication\"");
      var nameless = MetadataServiceGrpc.newBlockingStub(channel);
      assertThatThrownBy(() -> nameless.checkQuorum(request))
          .hasMessageContaining("meridian-cluster");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void operatorsSeeTheGroup() {
    eventually(
        "followers that are in step",
        () -> {
          int leader = cluster.awaitLeader();
          TestServer server = cluster.server(leader);
          GetRaftStatusReply status =
              RaftServiceGrpc.newBlockingStub(server.channel())
                  .getRaftStatus(GetRaftStatusRequest.getDefaultInstance());
          return status.getLeader().equals(TestCluster.REGIONS.get(leader))
              && server.quorum() > 0
              && server.controlPlane().status().quorum()
              && status.getTerm() > 0
              && status.getMembersCount() == 3
              && status.getMembersList().stream().allMatch(member -> member.getLagEntries() < 5)
              && status.getMembersList().stream()
                  .map(RaftMember::getRole)
                  .sorted()
                  .toList()
                  .equals(java.util.List.of("follower", "follower", "leader"));
        });
  }
}
