package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.addPlacement;
import static dev.meridian.controlplane.apply.Operations.announceRegion;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.doom;
import static dev.meridian.controlplane.apply.Operations.drainNode;
import static dev.meridian.controlplane.apply.Operations.drainRegion;
import static dev.meridian.controlplane.apply.Operations.join;
import static dev.meridian.controlplane.apply.Operations.leave;
import static dev.meridian.controlplane.apply.Operations.purgeRegion;
import static dev.meridian.controlplane.apply.Operations.removeRegion;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Keys.ObjectKey;
import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.NodeRecord;
import dev.meridian.proto.store.RegionRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionCommandsTest {

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory, new CommandApplier(RequestWindow.REVISIONS, 4));
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void nodesJoinMoveAndLeave() {
    store.accepted(join("n1", "us", "a:1"));
    store.accepted(join("n2", "eu", "b:1"));
    store.accepted(join("n1", "us", "c:1"));
    store.accepted(leave("n2"));
    store.accepted(leave("n2"));
    assertThat(store.query(Queries::nodes))
        .containsExactly(
            new Queries.NodeFound(
                "n1", RegionId.parse("us"), "c:1", RegionId.parse("us"), false, ""));
  }

  @Test
  void aNodeThatJoinsAgainStaysDrained() {
    store.rejected(RejectionCode.NODE_UNKNOWN, drainNode("n1", true));
    store.accepted(join("n1", "us", "a:1"));
    store.accepted(drainNode("n1", true));
    store.accepted(join("n1", "us", "b:1"));
    assertThat(node("n1").getDrained()).isTrue();
    assertThat(node("n1").getInternalAddress()).isEqualTo("b:1");
    store.accepted(drainNode("n1", false));
    assertThat(node("n1").getDrained()).isFalse();
  }

  @Test
  void aRegionIsDrainedAndResumed() {
    store.rejected(RejectionCode.REGION_UNKNOWN, drainRegion("us", true));
    store.accepted(announceRegion("us", "a:1"));
    store.accepted(drainRegion("us", true));
    store.accepted(announceRegion("us", "b:1"));
    assertThat(region("us"))
        .contains(RegionRecord.newBuilder().setGrpcAddress("b:1").setDrained(true).build());
    store.accepted(drainRegion("us", false));
    assertThat(region("us")).contains(RegionRecord.newBuilder().setGrpcAddress("b:1").build());
  }

  @Test
  void aRegionOfNodesAloneCanBeDrained() {
    store.accepted(join("n1", "us", "a:1"));
    store.accepted(drainRegion("us", true));
    assertThat(region("us")).contains(RegionRecord.newBuilder().setDrained(true).build());
  }

  @Test
  void aRegionWithNodesIsNotRemoved() {
    store.accepted(announceRegion("us", "a:1"));
    store.accepted(join("n1", "us", "a:1"));
    store.accepted(join("n2", "eu", "a:1"));
    CommandRejection rejection = store.rejected(RejectionCode.IN_USE, removeRegion("us"));
    assertThat(rejection.getSubjectsList()).containsExactly("n1");
    store.accepted(leave("n1"));
    store.accepted(removeRegion("us"));
    store.rejected(RejectionCode.REGION_UNKNOWN, removeRegion("ap"));
  }

  @Test
  void theObjectsOfARemovedRegionAreForgottenByStepsOfBoundedSize() {
    List<String> before = content();
    for (int i = 0; i < 10; i++) {
      store.accepted(commitBlob("demo", "blob" + i, "us", "0/" + i));
    }
    store.accepted(commitBlob("demo", "blob0", "eu", "0/eu"));
    store.accepted(doom("us", "0/x", "0/y", "0/z"));
    store.accepted(doom("us-west", "0/x"));
    store.accepted(announceRegion("us", "a:1"));
    store.accepted(removeRegion("us"));
    store.accepted(removeRegion("us"));

    int commands = 0;
    while (region("us").isPresent()) {
      store.accepted(purgeRegion("us"));
      store.checkInvariants();
      commands++;
      assertThat(commands).isLessThan(100);
    }
    assertThat(commands).isGreaterThan(5);
    assertThat(hasObjects("us")).isFalse();
    assertThat(placements("blob0")).containsExactly("eu");
    assertThat(placements("blob1")).isEmpty();
    store.accepted(purgeRegion("us"));

    store.accepted(Operations.deleteRepository("demo"));
    for (int i = 0; i < 20; i++) {
      store.accepted(Operations.purgeRepository(1));
    }
    store.accepted(Operations.confirmDeletions("eu", "0/eu"));
    store.accepted(Operations.confirmDeletions("us-west", "0/x"));
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void nothingIsPlacedInARemovedRegionUntilItAnnouncesItselfAgain() {
    store.accepted(commitBlob("demo", "layer", "eu", "0/a"));
    store.accepted(announceRegion("us", "a:1"));
    store.accepted(removeRegion("us"));
    store.rejected(RejectionCode.DENIED, commitBlob("demo", "layer", "us", "0/a"));
    store.rejected(RejectionCode.DENIED, addPlacement("layer", "us", "0/a"));
    store.rejected(RejectionCode.REGION_UNKNOWN, drainRegion("us", true));
    store.accepted(announceRegion("us", "b:1"));
    store.accepted(addPlacement("layer", "us", "0/a"));
    store.accepted(purgeRegion("us"));
    assertThat(region("us")).contains(RegionRecord.newBuilder().setGrpcAddress("b:1").build());
    assertThat(placements("layer")).containsExactly("eu", "us");
  }

  @Test
  void noObjectOfARemovedRegionIsDoomed() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    store.accepted(removeRegion("us"));
    store.accepted(doom("us", "0/b"));
    store.accepted(Operations.deleteBlob("demo", "layer"));
    assertThat(hasObjects("us")).isFalse();
    store.accepted(purgeRegion("us"));
    assertThat(region("us")).isEmpty();
  }

  @Test
  void aNodeOfARemovedRegionBringsNothingBack() {
    store.accepted(announceRegion("us", "a:1"));
    store.accepted(removeRegion("us"));
    store.accepted(join("n1", "us", "a:1"));
    store.rejected(RejectionCode.REGION_UNKNOWN, drainRegion("us", true));
    store.rejected(RejectionCode.DENIED, commitBlob("demo", "layer", "us", "0/a"));
  }

  private NodeRecord node(String id) {
    return store.read(view -> view.get(Tables.NODES, id)).orElseThrow();
  }

  private Optional<RegionRecord> region(String region) {
    return store.read(view -> view.get(Tables.REGIONS, RegionId.parse(region)));
  }

  private boolean hasObjects(String region) {
    KeyRange<ObjectKey> all = ObjectKey.in(RegionId.parse(region), "");
    return store.read(view -> view.hasAny(Tables.OBJECTS, all) || view.hasAny(Tables.DOOMED, all));
  }

  private Set<String> placements(String content) {
    return store
        .read(view -> view.get(Tables.BLOBS, digest(content)))
        .orElseThrow()
        .getPlacementsMap()
        .keySet();
  }

  private List<String> content() {
    return StoreDump.of(store.db(), Set.of(Tables.META, Tables.REQUESTS, Tables.REQUEST_ORDER));
  }
}
