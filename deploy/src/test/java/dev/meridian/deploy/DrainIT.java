package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.DrainNodeRequest;
import dev.meridian.proto.admin.DrainRegionRequest;
import dev.meridian.proto.admin.ListNodesRequest;
import dev.meridian.proto.admin.RegionServiceGrpc;
import dev.meridian.proto.admin.RegionServiceGrpc.RegionServiceBlockingStub;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operators drain nodes and regions, and resume them. */
class DrainIT {

  private static final List<RegionId> REGIONS =
      Stream.of("us-east", "eu-west", "ap-south").map(RegionId::parse).toList();
  private static final String REPOSITORY = "demo/app";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private DevCluster cluster;
  private RegistryClient here;
  private RegistryClient there;
  private ManagedChannel channel;
  private RegionServiceBlockingStub operator;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    DevPorts ports = DevPorts.free(3);
    DevCluster.Options options = new DevCluster.Options(REGIONS, ports, directory.resolve("data"));
    cluster = DevCluster.start(options, region -> {});
    here = RegistryClient.of(options.url(REGIONS.get(0)));
    there = RegistryClient.of(options.url(REGIONS.get(1)));
    channel = Grpc.newChannelBuilder(ports.grpc(2), InsecureChannelCredentials.create()).build();
    operator = RegionServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() throws Exception {
    channel.shutdownNow();
    here.close();
    there.close();
    cluster.close();
  }

  @Test
  void aDrainedNodeIsNotReadyTakesNoNewWorkAndStillServesItsPeers() throws Exception {
    TestImage image = TestImage.of(1, 100_000);
    here.push(REPOSITORY, "1", image);
    String upload = here.startUpload(REPOSITORY);
    byte[] late = TestImage.of(2, 1_000).layer();

    drainNode(true);
    Eventually.get(
        PATIENCE,
        () -> assertThat(here.get("/readyz").body()).isEqualTo("drain: drained by an operator\n"));
    assertThat(here.status("/readyz")).isEqualTo(503);
    HttpResponse<String> refused =
        Eventually.get(
            PATIENCE,
            () -> {
              HttpResponse<String> answer = here.get("/v2/");
              assertThat(answer.statusCode()).isEqualTo(503);
              return answer;
            });
    assertThat(refused.body()).contains("this node is drained");
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    here.finish(here.append(upload, late), TestImage.digest(late));
    // Its region holds the only copy.
    assertThat(there.blob(REPOSITORY, TestImage.digest(image.layer()))).isEqualTo(image.layer());
    assertThat(there.blob(REPOSITORY, TestImage.digest(late))).isEqualTo(late);

    drainNode(false);
    Eventually.get(PATIENCE, () -> assertThat(here.status("/readyz")).isEqualTo(200));
    assertThat(here.resolve(REPOSITORY, "1")).isEqualTo(image.digest());
  }

  @Test
  void aDrainedRegionSendsItsClientsElsewhere() throws Exception {
    drainRegion(true);
    Eventually.get(
        PATIENCE,
        () -> {
          HttpResponse<String> answer = there.get("/health/region");
          assertThat(answer.statusCode()).isEqualTo(503);
          return assertThat(answer.body()).contains("\"the region is drained\"");
        });
    assertThat(there.status("/readyz")).isEqualTo(200);
    assertThat(there.status("/v2/_catalog")).isEqualTo(200);
    assertThat(here.status("/health/region")).isEqualTo(200);

    drainRegion(false);
    Eventually.get(PATIENCE, () -> assertThat(there.status("/health/region")).isEqualTo(200));
  }

  private void drainNode(boolean drained) {
    ListNodesRequest ofRegion =
        ListNodesRequest.newBuilder().setRegion(REGIONS.get(0).value()).build();
    String node = operator.listNodes(ofRegion).getNodes(0).getNodeId();
    DrainNodeRequest.Builder request = DrainNodeRequest.newBuilder().setCommandId(newId());
    assertThat(
            operator.drainNode(request.setNodeId(node).setDrained(drained).build()).getRevision())
        .isPositive();
  }

  private void drainRegion(boolean drained) {
    DrainRegionRequest.Builder request = DrainRegionRequest.newBuilder().setCommandId(newId());
    String region = REGIONS.get(1).value();
    assertThat(
            operator
                .drainRegion(request.setRegion(region).setDrained(drained).build())
                .getRevision())
        .isPositive();
  }

  private static ByteString newId() {
    byte[] id = new byte[16];
    new Random().nextBytes(id);
    return ByteString.copyFrom(id);
  }
}
