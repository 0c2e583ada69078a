package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.ListNodeReportsRequest;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.NodeInfo;
import dev.meridian.proto.metadata.NodeReport;
import dev.meridian.proto.metadata.PeerServiceGrpc;
import dev.meridian.proto.metadata.RegionDistance;
import dev.meridian.proto.metadata.RegionInfo;
import dev.meridian.proto.metadata.ReplicationReport;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeSessionsIT {

  @TempDir static Path root;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.started(root, "sessions");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** A node's end of its stream. */
  private static final class Session implements StreamObserver<ClusterView> {
    private final List<ClusterView> views = new CopyOnWriteArrayList<>();
    private volatile Throwable failure;
    private final StreamObserver<NodeReport> reports;

    Session(int server, String id, String region, String address) {
      this(cluster.server(server), id, region, address);
    }

    Session(TestServer server, String id, String region, String address) {
      reports = MetadataServiceGrpc.newStub(server.channel()).join(this);
      report(id, region, address);
    }

    void report(String id, String region, String address) {
      reports.onNext(
          NodeReport.newBuilder()
              .setNodeId(id)
              .setRegion(region)
              .setInternalAddress(address)
              .build());
    }

    @Override
    public void onNext(ClusterView view) {
      views.add(view);
    }

    @Override
    public void onError(Throwable cause) {
      failure = cause;
    }

    @Override
    public void onCompleted() {}

    boolean sees(String id, String address) {
      return !views.isEmpty()
          && views.getLast().getNodesList().stream()
              .anyMatch(
                  node -> node.getNodeId().equals(id) && node.getInternalAddress().equals(address));
    }

    String publicUrl(String region) {
      return views.getLast().getRegionsList().stream()
          .filter(found -> found.getRegion().equals(region))
          .map(RegionInfo::getPublicUrl)
          .findFirst()
          .orElseThrow();
    }

    List<String> nodes() {
      return views.isEmpty()
          ? List.of()
          : views.getLast().getNodesList().stream().map(NodeInfo::getNodeId).toList();
    }

    void crash() {
      reports.onError(Status.CANCELLED.asRuntimeException());
    }
  }

  @Test
  void allRegionsKnowWhichNodesAreThere() {
    Session east = new Session(0, "a", "us-east", "127.0.0.1:1");
    Session asia = new Session(2, "b", "ap-south", "127.0.0.1:2");
    eventually("the node knows itself", () -> east.sees("a", "127.0.0.1:1"));
    eventually("it knows the other", () -> east.sees("b", "127.0.0.1:2"));
    eventually("the other knows it", () -> asia.sees("a", "127.0.0.1:1"));
    ClusterView view = east.views.getLast();
    assertThat(view.getClusterId()).hasSize(32);
    assertThat(view.getUploadKeys(0).size()).isEqualTo(32);
    assertThat(view.getRevision()).isPositive();
    assertThat(east.views.getFirst().getRegionsList())
        .as("a node that may be ready is in a region that commands know")
        .extracting(RegionInfo::getRegion)
        .contains("us-east");

    // It comes back elsewhere, under another address.
    Session again = new Session(1, "a", "us-east", "127.0.0.1:3");
    eventually("the new address", () -> asia.sees("a", "127.0.0.1:3"));
    eventually("it knows its new address", () -> again.sees("a", "127.0.0.1:3"));
    eventually("the first session is over", () -> east.failure != null);
    assertThat(again.nodes()).contains("a", "b");

    asia.crash();
    eventually("the one that vanished leaves", () -> !again.nodes().contains("b"));
    assertThat(again.nodes()).contains("a");
    again.crash();
  }

  @Test
  void aSecondSessionOfANodeEndsTheFirst() {
    Session first = new Session(0, "twice", "us-east", "127.0.0.1:5");
    eventually("joined", () -> first.sees("twice", "127.0.0.1:5"));
    Session second = new Session(0, "twice", "us-east", "127.0.0.1:6");
    eventually("the second counts", () -> second.sees("twice", "127.0.0.1:6"));
    eventually("the first is over", () -> first.failure != null);
    assertThat(Status.fromThrowable(first.failure).getCode()).isEqualTo(Status.Code.ABORTED);
    second.crash();
  }

  @Test
  void laterReportsSayHowANodeFares() {
    Session east = new Session(0, "fares", "us-east", "127.0.0.1:20");
    Session asia = new Session(2, "watches", "ap-south", "127.0.0.1:21");
    eventually("joined", () -> asia.sees("fares", "127.0.0.1:20"));
    east.reports.onNext(
        NodeReport.newBuilder()
            .setNodeId("fares")
            .setRegion("us-east")
            .setInternalAddress("127.0.0.1:20")
            .setPublicUrl("https://east.example")
            .setReplication(ReplicationReport.newBuilder().setErrors(3))
            .addDistances(
                RegionDistance.newBuilder().setRegion("eu-west").setRoundTripMicros(80_000))
            .build());
    eventually(
        "the public URL is known elsewhere",
        () -> asia.publicUrl("us-east").equals("https://east.example"));
    assertThat(asia.publicUrl("ap-south")).isEmpty();
    assertThat(east.failure).isNull();
    assertThat(
            PeerServiceGrpc.newBlockingStub(cluster.server(0).channel())
                .listNodeReports(ListNodeReportsRequest.getDefaultInstance())
                .getReportsList())
        .filteredOn(report -> report.getNodeId().equals("fares"))
        .singleElement()
        .satisfies(report -> assertThat(report.getReplication().getErrors()).isEqualTo(3));
    east.crash();
    asia.crash();
  }

  @Test
  void heardWithinSecondsEvenIfNothingChanges() {
    Session session = new Session(1, "quiet", "eu-west", "127.0.0.1:7");
    eventually("a first view", () -> session.sees("quiet", "127.0.0.1:7"));
    int heard = session.views.size();
    eventually("another view", () -> session.views.size() > heard);
    session.crash();
  }

  @Test
  void aNodeGetsKeysAndNodesFromAServerThatStartsWithoutAMajority(@TempDir Path own)
      throws Exception {
    ClusterView before;
    try (TestCluster whole = TestCluster.started(own, "alone")) {
      Session other = new Session(whole.server(1), "other", "eu-west", "127.0.0.1:9");
      eventually("joined", () -> other.sees("other", "127.0.0.1:9"));
      Session watching = new Session(whole.server(0), "watching", "us-east", "127.0.0.1:10");
      eventually("known where it matters", () -> watching.sees("other", "127.0.0.1:9"));
      before = watching.views.getLast();
    }
    try (TestCluster alone = new TestCluster(own, "alone")) {
      Session session = new Session(alone.start(0), "new", "us-east", "127.0.0.1:11");
      eventually("a view", Duration.ofSeconds(5), () -> !session.views.isEmpty());
      ClusterView view = session.views.getFirst();
      assertThat(view.getClusterId()).isEqualTo(before.getClusterId());
      assertThat(view.getUploadKeysList()).isEqualTo(before.getUploadKeysList());
      assertThat(session.sees("other", "127.0.0.1:9")).isTrue();
    }
  }

  @Test
  void aSessionThatIsRefusedLaterDoesNotHoldUpTheOthers() {
    Session changing = new Session(2, "changing", "ap-south", "127.0.0.1:12");
    eventually("joined", () -> changing.sees("changing", "127.0.0.1:12"));
    changing.report("changing", "ap-south", "127.0.0.1:13");
    eventually("refused", () -> changing.failure != null);
    assertThat(Status.fromThrowable(changing.failure).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    Session other = new Session(2, "other", "ap-south", "127.0.0.1:14");
    eventually("views go on", () -> other.sees("other", "127.0.0.1:14"));
    eventually("the refused one leaves", () -> !other.nodes().contains("changing"));
    other.crash();
  }

  @Test
  void refusesAReportThatNamesNoNode() {
    Session nameless = new Session(0, "", "us-east", "127.0.0.1:8");
    eventually("refused", () -> nameless.failure != null);
    assertThat(Status.fromThrowable(nameless.failure).getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }
}
