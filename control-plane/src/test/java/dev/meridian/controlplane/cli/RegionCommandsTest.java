package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Message;
import dev.meridian.proto.admin.Coordinates;
import dev.meridian.proto.admin.Distance;
import dev.meridian.proto.admin.DrainNodeReply;
import dev.meridian.proto.admin.DrainNodeRequest;
import dev.meridian.proto.admin.DrainRegionReply;
import dev.meridian.proto.admin.DrainRegionRequest;
import dev.meridian.proto.admin.ListNodesReply;
import dev.meridian.proto.admin.ListNodesRequest;
import dev.meridian.proto.admin.ListRegionsReply;
import dev.meridian.proto.admin.ListRegionsRequest;
import dev.meridian.proto.admin.Node;
import dev.meridian.proto.admin.Region;
import dev.meridian.proto.admin.RegionServiceGrpc;
import dev.meridian.proto.admin.RemoveRegionReply;
import dev.meridian.proto.admin.RemoveRegionRequest;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Regions and their nodes. */
class RegionCommandsTest {

  private final FakeRegions regions = new FakeRegions();
  private final FakeServer server = FakeServer.of(regions);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void listsRegions() {
    assertThat(server.run("region", "list").out())
        .isEqualTo(
            """
            REGION   DRAINED  GRPC ADDRESS    NODE COUNT  PUBLIC URL            COORDINATES  DISTANCES                      REPLICATION PAUSED
            eu-west  yes      -                        0  -                     -            -                              no
            us-east  no       127.0.0.1:5200           2  https://east.example  39.0,-77.5   ap-south 121 ms, eu-west 1 ms  yes
            """);
    assertThat(server.run("region", "list", "-o", "json").json().at("/regions/0").propertyNames())
        .containsExactly(
            "region",
            "drained",
            "grpc_address",
            "node_count",
            "public_url",
            "coordinates",
            "distances",
            "replication_paused");
  }

  @Test
  void showsARegionWithItsNodes() {
    assertThat(server.run("region", "show", "us-east").out())
        .isEqualTo(
            """
            region: us-east
            drained: no
            grpc address: 127.0.0.1:5200
            node count: 2
            public url: https://east.example
            coordinates: 39.0,-77.5
            replication paused: yes

            REGION    ROUND TRIP
            ap-south      121 ms
            eu-west         1 ms

            NODE ID  REGION   INTERNAL ADDRESS  DRAINED
            n1       us-east  127.0.0.1:5100    no
            n2       us-east  127.0.0.1:5101    yes
            """);
    assertThat(server.run("region", "show", "ap-south"))
        .isEqualTo(new Ran(1, "", "meridianctl: region ap-south does not exist\n"));
  }

  @Test
  void drainsAndResumesARegion() {
    assertThat(server.run("region", "drain", "us-east"))
        .isEqualTo(new Ran(0, "region us-east is drained\n", ""));
    assertThat(server.run("region", "resume", "us-east", "-o", "json").json().propertyNames())
        .containsExactly("region", "drained", "revision");

    assertThat(regions.all(DrainRegionRequest.class))
        .extracting(DrainRegionRequest::getRegion, DrainRegionRequest::getDrained)
        .containsExactly(tuple("us-east", true), tuple("us-east", false));
    assertThat(regions.all(DrainRegionRequest.class))
        .allMatch(request -> FakeServer.isCommandId(request.getCommandId()));
  }

  @Test
  void removesARegionThatIsConfirmed() {
    assertThat(server.run("region", "remove", "eu-west").code()).isEqualTo(2);
    assertThat(server.typing("no\n", "region", "remove", "eu-west").code()).isEqualTo(1);
    assertThat(regions.requests).isEmpty();

    Ran forced = server.typing("YES\n", "region", "remove", "eu-west", "--force");

    assertThat(forced.code()).isZero();
    assertThat(forced.err()).contains("also blobs that are stored nowhere else? [y/N]");
    assertThat(forced.out()).isEqualTo("region eu-west removed\n");
    assertThat(regions.all(RemoveRegionRequest.class))
        .singleElement()
        .matches(request -> request.getForce() && FakeServer.isCommandId(request.getCommandId()));
  }

  @Test
  void listsNodesOfARegion() {
    assertThat(server.run("node", "list", "-o", "json").json().at("/nodes").size()).isEqualTo(3);
    assertThat(server.run("node", "list", "--region", "ap-south").out())
        .isEqualTo(
            """
            NODE ID  REGION    INTERNAL ADDRESS  DRAINED
            n3       ap-south  127.0.0.1:5102    no
            """);
  }

  @Test
  void drainsAndResumesANode() {
    assertThat(server.run("node", "drain", "n1").out()).isEqualTo("node n1 is drained\n");
    assertThat(server.run("node", "resume", "n1").out()).isEqualTo("node n1 takes work again\n");

    assertThat(regions.all(DrainNodeRequest.class))
        .allMatch(request -> FakeServer.isCommandId(request.getCommandId()))
        .extracting(DrainNodeRequest::getDrained)
        .containsExactly(true, false);
  }

  private static final class FakeRegions extends RegionServiceGrpc.RegionServiceImplBase {

    private final List<Message> requests = Collections.synchronizedList(new ArrayList<>());

    <T extends Message> List<T> all(Class<T> type) {
      return requests.stream().map(type::cast).toList();
    }

    @Override
    public void listRegions(ListRegionsRequest request, StreamObserver<ListRegionsReply> reply) {
      FakeServer.answer(
          reply,
          () ->
              ListRegionsReply.newBuilder()
                  .addRegions(Region.newBuilder().setRegion("eu-west").setDrained(true))
                  .addRegions(
                      Region.newBuilder()
                          .setRegion("us-east")
                          .setGrpcAddress("127.0.0.1:5200")
                          .setNodes(2)
                          .setPublicUrl("https://east.example")
                          .setReplicationPaused(true)
                          .setCoordinates(
                              Coordinates.newBuilder().setLatitude(39).setLongitude(-77.5))
                          .addDistances(distance("ap-south", 120_400))
                          .addDistances(distance("eu-west", 300)))
                  .build());
    }

    @Override
    public void listNodes(ListNodesRequest request, StreamObserver<ListNodesReply> reply) {
      List<Node> nodes =
          List.of(
              node("n1", "us-east", 5100, false),
              node("n2", "us-east", 5101, true),
              node("n3", "ap-south", 5102, false));
      FakeServer.answer(
          reply,
          () ->
              ListNodesReply.newBuilder()
                  .addAllNodes(
                      nodes.stream()
                          .filter(node ->
                              request.getRegion().isEmpty()
                                  || node.getRegion().equals(request.getRegion()))
                          .toList())
                  .build());
    }

    private static Distance distance(String region, long micros) {
      return Distance.newBuilder().setRegion(region).setRoundTripMicros(micros).build();
    }

    private static Node node(String id, String region, int port, boolean drained) {
      return Node.newBuilder()
          .setNodeId(id)
          .setRegion(region)
          .setInternalAddress("127.0.0.1:" + port)
          .setDrained(drained)
          .build();
    }

    @Override
    public void drainRegion(DrainRegionRequest request, StreamObserver<DrainRegionReply> reply) {
      requests.add(request);
      FakeServer.answer(reply, () -> DrainRegionReply.newBuilder().setRevision(8).build());
    }

    @Override
    public void removeRegion(RemoveRegionRequest request, StreamObserver<RemoveRegionReply> reply) {
      requests.add(request);
      FakeServer.answer(reply, () -> RemoveRegionReply.newBuilder().setRevision(9).build());
    }

    @Override
    public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeReply> reply) {
      requests.add(request);
      FakeServer.answer(reply, () -> DrainNodeReply.newBuilder().setRevision(10).build());
    }
  }
}
