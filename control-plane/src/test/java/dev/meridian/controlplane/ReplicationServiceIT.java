package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static dev.meridian.controlplane.Eventually.holds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.model.MediaTypes;
import dev.meridian.proto.admin.BlobAtRisk;
import dev.meridian.proto.admin.BlobLocation;
import dev.meridian.proto.admin.DeletePolicyReply;
import dev.meridian.proto.admin.DeletePolicyRequest;
import dev.meridian.proto.admin.Distance;
import dev.meridian.proto.admin.GetReplicationStatusReply;
import dev.meridian.proto.admin.GetReplicationStatusRequest;
import dev.meridian.proto.admin.ListAtRiskReply;
import dev.meridian.proto.admin.ListAtRiskRequest;
import dev.meridian.proto.admin.ListPoliciesRequest;
import dev.meridian.proto.admin.LocateBlobRequest;
import dev.meridian.proto.admin.LocateImageReply;
import dev.meridian.proto.admin.LocateImageRequest;
import dev.meridian.proto.admin.PauseReplicationReply;
import dev.meridian.proto.admin.PauseReplicationRequest;
import dev.meridian.proto.admin.Policy;
import dev.meridian.proto.admin.Region;
import dev.meridian.proto.admin.RegionCopy;
import dev.meridian.proto.admin.RegionReplication;
import dev.meridian.proto.admin.SetPolicyReply;
import dev.meridian.proto.admin.SetPolicyRequest;
import dev.meridian.proto.metadata.AddPlacement;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.CommitBlob;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.GetBlobRequest;
import dev.meridian.proto.metadata.GetPolicyRequest;
import dev.meridian.proto.metadata.ListMissingRequest;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.NodeReport;
import dev.meridian.proto.metadata.PutManifest;
import dev.meridian.proto.metadata.RegionDistance;
import dev.meridian.proto.metadata.RegionPlace;
import dev.meridian.proto.metadata.RejectionDetail;
import dev.meridian.proto.metadata.ReplicationReport;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies and copies as operators set and see them, and what nodes notice of it. */
class ReplicationServiceIT {

  private static final String EAST = "us-east";
  private static final String WEST = "eu-west";
  private static final String ASIA = "ap-south";

  @TempDir static Path root;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.started(root, "replication-service");
    eventually(
        "all regions have announced themselves",
        () ->
            cluster
                    .server(0)
                    .stub()
                    .getPolicy(GetPolicyRequest.newBuilder().setRepository("any").build())
                    .getPolicy()
                    .getEagerCount()
                == 3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static String digest(String content) {
    return Digest.of(Algorithm.SHA256, content.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static ExecuteReply execute(ExecuteRequest.Builder request) {
    return cluster.server(0).stub().execute(request.build());
  }

  private static void commit(String repository, String content, String region) {
    ExecuteReply unused =
        execute(
            TestServer.request()
                .setCommitBlob(
                    CommitBlob.newBuilder()
                        .setRepository(repository)
                        .setDigest(digest(content))
                        .setSize(content.length())
                        .setRegion(region)
                        .setObjectKey("0/" + content)
                        .setSessionExpiresMs(Long.MAX_VALUE)));
  }

  private static void copy(String content, String region) {
    ExecuteReply unused =
        execute(
            TestServer.request()
                .setAddPlacement(
                    AddPlacement.newBuilder()
                        .setDigest(digest(content))
                        .setSize(content.length())
                        .setRegion(region)
                        .setObjectKey("0/" + content)));
  }

  private static ExecuteReply push(String repository, String tag, String config, String layer) {
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":%s,"layers":[%s]}\
        """
            .formatted(MediaTypes.OCI_MANIFEST, descriptor(config), descriptor(layer));
    return execute(
        TestServer.request()
            .setPutManifest(
                PutManifest.newBuilder()
                    .setRepository(repository)
                    .setContent(ByteString.copyFromUtf8(manifest))
                    .addTags(tag)));
  }

  private static String descriptor(String content) {
    return """
    {"mediaType":"application/octet-stream","digest":"%s","size":%d}\
    """
        .formatted(digest(content), content.length());
  }

  private static void setPolicy(Policy.Builder policy) {
    SetPolicyReply unused =
        cluster
            .server(1)
            .policies()
            .setPolicy(
                SetPolicyRequest.newBuilder()
                    .setCommandId(TestServer.commandId())
                    .setPolicy(policy)
                    .build());
  }

  private static RejectionDetail rejection(Callable<?> call) {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call::call);
    Metadata.Key<byte[]> key =
        Metadata.Key.of("meridian-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);
    try {
      return RejectionDetail.parseFrom(failure.getTrailers().get(key));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static RegionReplication status(int server, String region) {
    GetReplicationStatusReply reply =
        cluster
            .server(server)
            .replication()
            .getReplicationStatus(
                GetReplicationStatusRequest.newBuilder().setRegion(region).build());
    assertThat(reply.getRegionsCount()).isEqualTo(1);
    return reply.getRegions(0);
  }

  private static boolean isReviewing() {
    return cluster
        .server(0)
        .replication()
        .getReplicationStatus(GetReplicationStatusRequest.getDefaultInstance())
        .getReviewing();
  }

  @Test
  void aDurablePushWaitsForItsCopies() {
    setPolicy(Policy.newBuilder().setPrefix("durable").setEager(true).setMinCopies(2));
    commit("durable/app", "d-config", EAST);
    commit("durable/app", "d-layer", EAST);
    copy("d-config", WEST);

    RejectionDetail missing = rejection(() -> push("durable/app", "v1", "d-config", "d-layer"));
    assertThat(missing.getCode()).isEqualTo("COPIES_MISSING");
    assertThat(missing.getSubjectsList()).containsExactly(digest("d-layer"));
    assertThat(missing.getMessage()).endsWith(" is in us-east, but not in ap-south, eu-west");

    copy("d-layer", ASIA);
    assertThat(push("durable/app", "v1", "d-config", "d-layer").getRevision()).isPositive();
  }

  @Test
  void residencyIsToldToNodesAndKept() {
    setPolicy(Policy.newBuilder().setPrefix("home").setEager(true).addOnly(WEST).setMinCopies(1));
    RejectionDetail denied =
        rejection(() -> {
          commit("home/app", "h-layer", EAST);
          return null;
        });
    assertThat(denied.getCode()).isEqualTo("DENIED");
    commit("home/app", "h-layer", WEST);
    assertThat(
            cluster
                .server(0)
                .stub()
                .getBlob(
                    GetBlobRequest.newBuilder()
                        .setRepository("home/app")
                        .setDigest(digest("h-layer"))
                        .build())
                .getOnlyList())
        .containsExactly(WEST);
    assertThat(
            cluster
                .server(2)
                .stub()
                .getPolicy(GetPolicyRequest.newBuilder().setRepository("home/x").build())
                .getPolicy()
                .getEagerList())
        .containsExactly(WEST);
  }

  @Test
  void policiesAreListedWithTheOneThatHoldsWithoutAny() {
    setPolicy(
        Policy.newBuilder().setPrefix("listed").addRegions(WEST).addRegions(EAST).setMinCopies(2));
    assertThat(policies()).extracting(Policy::getPrefix).contains("", "listed").isSorted();
    Policy listed =
        policies().stream()
            .filter(policy -> policy.getPrefix().equals("listed"))
            .findFirst()
            .orElseThrow();
    assertThat(listed.getRegionsList()).containsExactly(WEST, EAST);
    assertThat(listed.getEager()).isFalse();

    DeletePolicyReply unused = deletePolicy("listed");
    assertThat(policies()).extracting(Policy::getPrefix).doesNotContain("listed");
    assertThat(rejection(() -> deletePolicy("listed")).getCode()).isEqualTo("POLICY_UNKNOWN");
    assertThat(
            rejection(
                    () -> {
                      setPolicy(Policy.newBuilder().setPrefix("listed").setMinCopies(4));
                      return null;
                    })
                .getCode())
        .isEqualTo("POLICY_INVALID");
  }

  private static List<Policy> policies() {
    return cluster
        .server(2)
        .policies()
        .listPolicies(ListPoliciesRequest.getDefaultInstance())
        .getPoliciesList();
  }

  private static DeletePolicyReply deletePolicy(String prefix) {
    return cluster
        .server(0)
        .policies()
        .deletePolicy(
            DeletePolicyRequest.newBuilder()
                .setCommandId(TestServer.commandId())
                .setPrefix(prefix)
                .build());
  }

  @Test
  void aNewPolicyIsCarriedOutInTheBackground() {
    setPolicy(Policy.newBuilder().setPrefix("late").setMinCopies(1));
    commit("late/app", "l-layer", EAST);
    assertThat(isMissing(WEST, "l-layer")).isFalse();
    setPolicy(Policy.newBuilder().setPrefix("late").setEager(true).setMinCopies(1));
    eventually("found missing", () -> isMissing(WEST, "l-layer"));
    eventually("the review is over", () -> !isReviewing());
    assertThat(status(0, WEST).getBackfillBlobs()).isPositive();
  }

  private static boolean isMissing(String region, String content) {
    return cluster
        .server(0)
        .stub()
        .listMissing(ListMissingRequest.newBuilder().setRegion(region).build())
        .getBlobsList()
        .stream()
        .anyMatch(blob -> blob.getDigest().equals(digest(content)));
  }

  @Test
  void theStatusCountsWhatIsPending() {
    RegionReplication before = status(1, ASIA);
    commit("status/app", "s-layer", EAST);
    RegionReplication pending = status(2, ASIA);
    assertThat(pending.getPendingBlobs()).isGreaterThan(before.getPendingBlobs());
    assertThat(pending.getPendingBytes()).isGreaterThan(before.getPendingBytes());
    assertThat(pending.getOldestMs()).isNotNegative();
    assertThat(rejection(() -> status(0, "nowhere")).getCode()).isEqualTo("REGION_UNKNOWN");
  }

  @Test
  void whatNodesReportIsPutTogetherFromAllServers() {
    StreamObserver<NodeReport> one = join(0, "n1", EAST, 70_000, 100);
    StreamObserver<NodeReport> other = join(1, "n2", EAST, 80_000, 20);
    eventually("both are counted", () -> status(2, EAST).getRateBytes() == 120);
    eventually("elsewhere too", () -> status(0, EAST).getErrors() == 2);
    // Distances are asked of all servers, what is announced is in the log.
    holds(
        "all of it is known",
        () -> {
          Region region = cluster.server(2).region(EAST);
          assertThat(region.getPublicUrl()).isEqualTo("https://east.example");
          assertThat(region.getDistancesList())
              .extracting(Distance::getRegion, Distance::getRoundTripMicros)
              .containsExactly(tuple(WEST, 70_000L));
          assertThat(region.getCoordinates().getLatitude()).isEqualTo(39);
        });
    one.onCompleted();
    other.onCompleted();
  }

  private static StreamObserver<NodeReport> join(
      int server, String id, String region, long roundTrip, long rate) {
    StreamObserver<NodeReport> reports =
        MetadataServiceGrpc.newStub(cluster.server(server).channel()).join(new Views());
    reports.onNext(
        NodeReport.newBuilder()
            .setNodeId(id)
            .setRegion(region)
            .setInternalAddress("127.0.0.1:1")
            .setPublicUrl("https://east.example")
            .setPlace(RegionPlace.newBuilder().setLatitude(39).setLongitude(-77.5))
            .setReplication(ReplicationReport.newBuilder().setBytesPerSecond(rate).setErrors(1))
            .addDistances(RegionDistance.newBuilder().setRegion(WEST).setRoundTripMicros(roundTrip))
            .build());
    return reports;
  }

  /** Nobody looks at them. */
  private static final class Views implements StreamObserver<ClusterView> {
    @Override
    public void onNext(ClusterView view) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onCompleted() {}
  }

  @Test
  void pausedReplicationIsToldToNodes() {
    pause(true);
    assertThat(status(2, WEST).getPaused()).isTrue();
    eventually(
        "told to nodes",
        () ->
            cluster
                .server(1)
                .stub()
                .listMissing(ListMissingRequest.newBuilder().setRegion(WEST).build())
                .getPaused());
    pause(false);
    assertThat(status(2, WEST).getPaused()).isFalse();
  }

  private static void pause(boolean paused) {
    PauseReplicationReply unused =
        cluster
            .server(0)
            .replication()
            .pauseReplication(
                PauseReplicationRequest.newBuilder()
                    .setCommandId(TestServer.commandId())
                    .setRegion(WEST)
                    .setPaused(paused)
                    .build());
  }

  @Test
  void tellsWhereTheBlobsOfAnImageAre() {
    commit("where/app", "w-config", EAST);
    commit("where/app", "w-layer", EAST);
    copy("w-layer", WEST);
    String digest = push("where/app", "v1", "w-config", "w-layer").getPutManifest().getDigest();

    for (String reference : List.of("v1", digest)) {
      LocateImageReply image =
          cluster
              .server(2)
              .replication()
              .locateImage(
                  LocateImageRequest.newBuilder()
                      .setRepository("where/app")
                      .setReference(reference)
                      .build());
      assertThat(image.getDigest()).isEqualTo(digest);
      assertThat(image.getWantedList()).containsExactly(ASIA, WEST, EAST);
      assertThat(image.getBlobsList())
          .extracting(BlobLocation::getDigest, ReplicationServiceIT::regions)
          .containsExactlyInAnyOrder(
              tuple(digest("w-config"), List.of(EAST)),
              tuple(digest("w-layer"), List.of(WEST, EAST)));
    }
    BlobLocation blob =
        cluster
            .server(1)
            .replication()
            .locateBlob(LocateBlobRequest.newBuilder().setDigest(digest("w-layer")).build())
            .getBlob();
    assertThat(blob.getSize()).isEqualTo("w-layer".length());
    Instant verified = Instant.ofEpochSecond(blob.getRegions(0).getVerified().getSeconds());
    assertThat(verified)
        .isBetween(
            Instant.now().minus(Duration.ofMinutes(10)), Instant.now().plus(Duration.ofMinutes(1)));
    assertThat(
            rejection(() ->
                    cluster
                        .server(0)
                        .replication()
                        .locateBlob(
                            LocateBlobRequest.newBuilder().setDigest(digest("never")).build()))
                .getCode())
        .isEqualTo("BLOB_UNKNOWN");
  }

  private static List<String> regions(BlobLocation blob) {
    return blob.getRegionsList().stream().map(RegionCopy::getRegion).toList();
  }

  @Test
  void listsWhatOneRegionAloneHolds() {
    commit("risk/app", "r-1", ASIA);
    commit("risk/other", "r-1", ASIA);
    commit("risk/app", "r-2", ASIA);
    commit("risk/app", "r-3", ASIA);
    copy("r-3", WEST);
    StreamObserver<NodeReport> node = join(1, "n3", WEST, 80_000, 20);
    eventually("the west has a node", () -> !isAtRisk("r-3"));
    ListAtRiskReply first = atRisk(ASIA, "", 1);
    assertThat(first.getBlobsCount()).isEqualTo(1);
    assertThat(first.getMore()).isTrue();
    ListAtRiskReply rest = atRisk(ASIA, first.getLast(), 100);
    assertThat(rest.getMore()).isFalse();
    List<BlobAtRisk> all =
        Stream.of(first, rest).flatMap(page -> page.getBlobsList().stream()).toList();
    assertThat(all)
        .extracting(BlobAtRisk::getDigest, BlobAtRisk::getRepositories)
        .contains(tuple(digest("r-1"), 2L), tuple(digest("r-2"), 1L))
        .doesNotContain(tuple(digest("r-3"), 1L));
    assertThat(rejection(() -> atRisk("asia", "", 1)).getCode()).isEqualTo("REGION_UNKNOWN");
    node.onCompleted();
  }

  private static boolean isAtRisk(String content) {
    return atRisk(ASIA, "", 100).getBlobsList().stream()
        .anyMatch(blob -> blob.getDigest().equals(digest(content)));
  }

  private static ListAtRiskReply atRisk(String region, String last, int limit) {
    return cluster
        .server(1)
        .replication()
        .listAtRisk(
            ListAtRiskRequest.newBuilder().setRegion(region).setLast(last).setLimit(limit).build());
  }
}
