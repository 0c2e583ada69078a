package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.proto.metadata.AddPlacement;
import dev.meridian.proto.metadata.CommitBlob;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.GetBlobRequest;
import dev.meridian.proto.metadata.GetPlacementsReply;
import dev.meridian.proto.metadata.GetPlacementsRequest;
import dev.meridian.proto.metadata.GetPolicyRequest;
import dev.meridian.proto.metadata.ListCopiesReply;
import dev.meridian.proto.metadata.ListCopiesRequest;
import dev.meridian.proto.metadata.ListMissingReply;
import dev.meridian.proto.metadata.ListMissingRequest;
import dev.meridian.proto.metadata.MissingBlob;
import dev.meridian.proto.metadata.Placement;
import dev.meridian.proto.metadata.PlacementPolicy;
import dev.meridian.proto.metadata.StoredCopy;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes learn of copies that they should make. */
class CopiesIT {

  private static final String EAST = "us-east";
  private static final String WEST = "eu-west";

  @TempDir static Path root;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.started(root, "copies");
    eventually("all regions have announced themselves", () -> policy("any").getEagerCount() == 3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static PlacementPolicy policy(String repository) {
    return cluster
        .server(0)
        .stub()
        .getPolicy(GetPolicyRequest.newBuilder().setRepository(repository).build())
        .getPolicy();
  }

  private static String digest(String content) {
    return Digest.of(Algorithm.SHA256, content.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static void commit(String repository, String content, String region) {
    ExecuteReply unused =
        cluster
            .server(0)
            .stub()
            .execute(
                TestServer.request()
                    .setCommitBlob(
                        CommitBlob.newBuilder()
                            .setRepository(repository)
                            .setDigest(digest(content))
                            .setSize(content.length())
                            .setRegion(region)
                            .setObjectKey("0/" + content)
                            .setSessionExpiresMs(Long.MAX_VALUE))
                    .build());
  }

  private static void copy(int server, String content, String region) {
    ExecuteReply unused =
        cluster
            .server(server)
            .stub()
            .execute(
                TestServer.request()
                    .setAddPlacement(
                        AddPlacement.newBuilder()
                            .setDigest(digest(content))
                            .setSize(content.length())
                            .setRegion(region)
                            .setObjectKey("0/" + content + "-copy"))
                    .build());
  }

  private static List<MissingBlob> missing(int server, String region) {
    return cluster
        .server(server)
        .stub()
        .listMissing(ListMissingRequest.newBuilder().setRegion(region).build())
        .getBlobsList();
  }

  private static List<String> missingDigests(int server, String region) {
    return missing(server, region).stream().map(MissingBlob::getDigest).toList();
  }

  @Test
  void everyRegionHoldsEverythingWhereNoPolicyIsSet() {
    PlacementPolicy policy = policy("demo/app");
    assertThat(policy.getEagerList()).containsExactly("ap-south", "eu-west", "us-east");
    assertThat(policy.getOnlyList()).isEmpty();
    assertThat(policy.getMinCopies()).isEqualTo(1);
  }

  @Test
  void everyServerTellsHowFarEachRegionIsBehindEachOther() {
    commit("demo/lag", "lag-layer", WEST);
    for (int server = 0; server < TestCluster.REGIONS.size(); server++) {
      MeterRegistry meters = cluster.server(server).meters();
      eventually("a region without nodes lags", () -> lag(meters, WEST, "ap-south") > 0);
    }
  }

  private static double lag(MeterRegistry meters, String src, String dst) {
    return meters
        .get("meridian.replication.lag.seconds")
        .tags("src", src, "dst", dst)
        .gauge()
        .value();
  }

  @Test
  void aPushedBlobIsListedInOtherRegionsUntilTheyHaveIt() {
    commit("demo/app", "layer", EAST);
    eventually("missing in the west", () -> missingDigests(1, WEST).contains(digest("layer")));
    MissingBlob blob =
        missing(1, WEST).stream()
            .filter(found -> found.getDigest().equals(digest("layer")))
            .findFirst()
            .orElseThrow();
    assertThat(blob.getSize()).isEqualTo("layer".length());
    assertThat(blob.getPlacementsList()).extracting(Placement::getRegion).containsExactly(EAST);
    assertThat(missingDigests(0, EAST)).doesNotContain(digest("layer"));

    copy(1, "layer", WEST);
    assertThat(missingDigests(1, WEST)).doesNotContain(digest("layer"));
    GetPlacementsReply placements =
        cluster
            .server(2)
            .stub()
            .getPlacements(GetPlacementsRequest.newBuilder().setDigest(digest("layer")).build());
    assertThat(placements.getPlacementsList())
        .extracting(Placement::getRegion)
        .containsExactly(WEST, EAST);
    assertThat(placements.getSize()).isEqualTo("layer".length());
    assertThat(
            cluster
                .server(2)
                .stub()
                .getBlob(
                    GetBlobRequest.newBuilder()
                        .setRepository("demo/app")
                        .setDigest(digest("layer"))
                        .build())
                .getOnlyList())
        .isEmpty();
  }

  @Test
  void missingBlobsAreListedInPages() {
    List<String> pushed = List.of("page-1", "page-2", "page-3");
    pushed.forEach(content -> commit("demo/pages", content, WEST));
    List<String> digests = pushed.stream().map(CopiesIT::digest).toList();
    eventually("all", () -> missingDigests(0, "ap-south").containsAll(digests));

    ListMissingReply first = page("ap-south", ListMissingRequest.newBuilder().setLimit(2));
    assertThat(first.getBlobsCount()).isEqualTo(2);
    assertThat(first.getCursor().isEmpty()).isFalse();
    ListMissingReply rest =
        page("ap-south", ListMissingRequest.newBuilder().setAfter(first.getCursor()));
    assertThat(rest.getCursor().isEmpty()).isTrue();
    assertThat(rest.getBlobsList()).doesNotContainAnyElementsOf(first.getBlobsList());
    assertThat(rest.getPaused()).isFalse();
  }

  private static ListMissingReply page(String region, ListMissingRequest.Builder request) {
    return cluster.server(0).stub().listMissing(request.setRegion(region).build());
  }

  @Test
  void listsTheCopiesOfARegion() {
    commit("demo/stored", "stored-1", "ap-south");
    commit("demo/stored", "stored-2", "ap-south");
    ListCopiesReply copies = copies(ListCopiesRequest.newBuilder().setLimit(1));
    assertThat(copies.getMore()).isTrue();
    assertThat(copies.getCopiesList())
        .extracting(StoredCopy::getDigest)
        .containsExactly(digest("stored-1"));
    ListCopiesReply rest =
        copies(ListCopiesRequest.newBuilder().setLast(copies.getCopies(0).getObjectKey()));
    assertThat(rest.getCopiesList())
        .extracting(StoredCopy::getObjectKey)
        .containsExactly("0/stored-2");
    assertThat(rest.getMore()).isFalse();
  }

  private static ListCopiesReply copies(ListCopiesRequest.Builder request) {
    return cluster.server(0).stub().listCopies(request.setRegion("ap-south").build());
  }

  @Test
  void aBlobThatNothingLinksHasNoPlacements() {
    assertThatThrownBy(() ->
            cluster
                .server(0)
                .stub()
                .getPlacements(
                    GetPlacementsRequest.newBuilder().setDigest(digest("never")).build()))
        .hasMessageContaining("BLOB_UNKNOWN");
  }
}
