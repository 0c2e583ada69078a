package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.proto.admin.DrainNodeRequest;
import dev.meridian.proto.admin.DrainRegionRequest;
import dev.meridian.proto.admin.ListNodesRequest;
import dev.meridian.proto.admin.Node;
import dev.meridian.proto.admin.RemoveRegionRequest;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.CommitBlob;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.FindOrphansRequest;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.NodeReport;
import dev.meridian.proto.metadata.RejectionDetail;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionServiceIT {

  private static final Metadata.Key<byte[]> REJECTION =
      Metadata.Key.of("meridian-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);

  @TempDir static Path root;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.started(root, "regions");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  /** A node with the view that it was sent last. */
  private static final class JoinedNode implements StreamObserver<ClusterView>, AutoCloseable {
    private final StreamObserver<NodeReport> reports;
    private volatile ClusterView view = ClusterView.getDefaultInstance();

    JoinedNode(int server, String id, String region) {
      reports = MetadataServiceGrpc.newStub(cluster.server(server).channel()).join(this);
      reports.onNext(
          NodeReport.newBuilder()
              .setNodeId(id)
              .setRegion(region)
              .setInternalAddress("127.0.0.1:1")
              .build());
    }

    @Override
    public void onNext(ClusterView next) {
      view = next;
    }

    @Override
    public void onError(Throwable cause) {
      // The view stays as it is, and what is expected of it does not come.
    }

    @Override
    public void onCompleted() {}

    boolean sees(String id) {
      return view.getNodesList().stream().anyMatch(node -> node.getNodeId().equals(id));
    }

    boolean seesDrained(String id) {
      return view.getNodesList().stream()
          .anyMatch(node -> node.getNodeId().equals(id) && node.getDrained());
    }

    @Override
    public void close() {
      reports.onCompleted();
    }
  }

  @Test
  void nodesEverywhereHearOfWhatIsDrained() {
    try (JoinedNode here = new JoinedNode(0, "drain-1", "us-east");
        JoinedNode there = new JoinedNode(1, "drain-2", "eu-west")) {
      eventually("both nodes", () -> here.sees("drain-2") && there.sees("drain-1"));
      drainNode(2, "drain-1", true);
      assertThat(nodes(0, "us-east", node -> node.getNodeId().equals("drain-1")))
          .extracting(Node::getDrained)
          .containsExactly(true);
      eventually(
          "the drain of a node", () -> here.seesDrained("drain-1") && there.seesDrained("drain-1"));
      drainRegion(1, "us-east", true);
      assertThat(cluster.server(2).region("us-east").getDrained()).isTrue();
      eventually(
          "the drain of a region",
          () ->
              there.view.getDrainedRegionsList().contains("us-east")
                  && here.view.getDrainedRegionsList().contains("us-east"));
      drainNode(0, "drain-1", false);
      drainRegion(0, "us-east", false);
      eventually(
          "the end of the drain",
          () -> !there.seesDrained("drain-1") && there.view.getDrainedRegionsCount() == 0);
      assertThat(cluster.server(1).region("us-east").getNodes()).isEqualTo(1);
    }
  }

  @Test
  void doesNotKnowWhatIsNotThere() {
    assertThat(rejection(() -> drainNode(0, "nobody", true)).getCode()).isEqualTo("NODE_UNKNOWN");
    assertThat(rejection(() -> drainRegion(0, "nowhere", true)).getCode())
        .isEqualTo("REGION_UNKNOWN");
    assertThat(rejection(() -> remove(0, "nowhere", false)).getCode()).isEqualTo("REGION_UNKNOWN");
  }

  @Test
  void doesNotRemoveARegionThatIsThere() {
    RejectionDetail member = rejection(() -> remove(0, "ap-south", true));
    assertThat(member.getCode()).isEqualTo("IN_USE");
    assertThat(member.getMessage()).contains("raft remove ap-south");
    try (JoinedNode node = new JoinedNode(0, "remove-1", "us-west")) {
      eventually("the node", () -> node.sees("remove-1"));
      RejectionDetail nodes = rejection(() -> remove(1, "us-west", true));
      assertThat(nodes.getCode()).isEqualTo("IN_USE");
      assertThat(nodes.getSubjectsList()).containsExactly("remove-1");
    }
  }

  @Test
  void removesARegionWithTheOnlyCopyOfABlobOnlyByForce() {
    commit("copied", "sa-east");
    commit("copied", "us-east");
    String only = commit("only", "sa-east");
    RejectionDetail refused = rejection(() -> remove(0, "sa-east", false));
    assertThat(refused.getCode()).isEqualTo("IN_USE");
    assertThat(refused.getSubjectsList()).containsExactly(only);

    remove(1, "sa-east", true);
    for (int i = 0; i < 3; i++) {
      TestServer server = cluster.server(i);
      eventually(
          "the placements purged",
          () ->
              server
                      .stub()
                      .findOrphans(
                          FindOrphansRequest.newBuilder()
                              .setRegion("sa-east")
                              .addObjectKeys("0/only")
                              .addObjectKeys("0/copied")
                              .build())
                      .getOrphansCount()
                  == 2);
    }
  }

  private static String commit(String content, String region) {
    String digest =
        Digest.of(Algorithm.SHA256, content.getBytes(StandardCharsets.UTF_8)).toString();
    ExecuteReply unused =
        cluster
            .server(0)
            .stub()
            .execute(
                TestServer.request()
                    .setCommitBlob(
                        CommitBlob.newBuilder()
                            .setRepository("demo")
                            .setDigest(digest)
                            .setSize(content.length())
                            .setRegion(region)
                            .setObjectKey("0/" + content)
                            .setSessionExpiresMs(Long.MAX_VALUE))
                    .build());
    return digest;
  }

  private static void drainNode(int server, String id, boolean drained) {
    var unused =
        cluster
            .server(server)
            .regions()
            .drainNode(
                DrainNodeRequest.newBuilder()
                    .setCommandId(TestServer.commandId())
                    .setNodeId(id)
                    .setDrained(drained)
                    .build());
  }

  private static void drainRegion(int server, String region, boolean drained) {
    var unused =
        cluster
            .server(server)
            .regions()
            .drainRegion(
                DrainRegionRequest.newBuilder()
                    .setCommandId(TestServer.commandId())
                    .setRegion(region)
                    .setDrained(drained)
                    .build());
  }

  private static void remove(int server, String region, boolean force) {
    var unused =
        cluster
            .server(server)
            .regions()
            .removeRegion(
                RemoveRegionRequest.newBuilder()
                    .setCommandId(TestServer.commandId())
                    .setRegion(region)
                    .setForce(force)
                    .build());
  }

  private static List<Node> nodes(int server, String region, Predicate<Node> wanted) {
    return cluster
        .server(server)
        .regions()
        .listNodes(ListNodesRequest.newBuilder().setRegion(region).build())
        .getNodesList()
        .stream()
        .filter(wanted)
        .toList();
  }

  private static RejectionDetail rejection(Runnable call) {
    var thrown = assertThatExceptionOfType(StatusRuntimeException.class).isThrownBy(call::run);
    try {
      return RejectionDetail.parseFrom(thrown.actual().getTrailers().get(REJECTION));
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
