package dev.meridian.controlplane.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.NodeInfo;
import dev.meridian.proto.metadata.RegionInfo;
import dev.meridian.proto.metadata.SigningKey;
import org.junit.jupiter.api.Test;

class ClusterViewsTest {

  private static final ClusterView VIEW =
      ClusterView.newBuilder()
          .setClusterId("one")
          .addNodes(NodeInfo.newBuilder().setNodeId("n1"))
          .addUploadKeys(ByteString.copyFromUtf8("key"))
          .addSigningKeys(SigningKey.newBuilder().setId("k1"))
          .addDrainedRegions("us")
          .addRegions(RegionInfo.newBuilder().setRegion("us").setPublicUrl("http://us"))
          .build();

  @Test
  void nodesAreToldOfEveryChangeOfTheCluster() {
    assertThat(
            ClusterViews.sameCluster(
                VIEW, VIEW.toBuilder().setRevision(9).setClusterTimeMs(9).build()))
        .isTrue();
    ClusterView.Builder drained = VIEW.toBuilder();
    drained.getNodesBuilder(0).setDrained(true);
    assertDiffers(drained);
    assertDiffers(VIEW.toBuilder().clearDrainedRegions());
    assertDiffers(VIEW.toBuilder().clearRegions());
    assertDiffers(VIEW.toBuilder().clearNodes());
    assertDiffers(VIEW.toBuilder().clearUploadKeys());
    assertDiffers(VIEW.toBuilder().clearSigningKeys());
    assertDiffers(VIEW.toBuilder().setClusterId("two"));
  }

  private static void assertDiffers(ClusterView.Builder other) {
    assertThat(ClusterViews.sameCluster(VIEW, other.build())).isFalse();
  }
}
