package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.announceRegion;
import static dev.meridian.controlplane.apply.Operations.renewCluster;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.query.AccessQueries;
import dev.meridian.controlplane.query.OperatorQueries.RegionFound;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.proto.store.ClusterRecord;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterCommandsTest {

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void theFirstBootstrapCounts() {
    store.accepted(Operations.bootstrap("one"));
    store.accepted(Operations.bootstrap("two"));
    assertThat(store.query(Queries::cluster).orElseThrow().getClusterId()).isEqualTo("one");
  }

  @Test
  void clusterTimeMovesByBoundedStepsAndNeverBack() {
    store.accepted(Operations.tick(5_000));
    store.accepted(Operations.tick(-9_000));
    store.accepted(Operations.tick(0));
    assertThat(store.query(Queries::clusterTimeMillis)).isEqualTo(5_000);
    store.accepted(Operations.tick(Long.MAX_VALUE));
    assertThat(store.query(Queries::clusterTimeMillis)).isEqualTo(25_000);
  }

  @Test
  void aRestoredClusterGetsAnIdOfItsOwn() {
    store.accepted(Operations.bootstrap("one"));
    store.accepted(Operations.join("n1", "us", "a:1"));
    store.accepted(announceRegion("us-east", "127.0.0.1:5200"));
    store.accepted(AccessOperations.addSigningKey("key", 0));
    ClusterRecord backedUp = cluster();
    store.accepted(renewCluster("two"));
    assertThat(cluster()).isEqualTo(backedUp.toBuilder().setClusterId("two").build());
    assertThat(store.query(Queries::nodes)).isEmpty();
    List<AccessQueries.SigningKey> keys = store.query(queries -> queries.forAccess().signingKeys());
    assertThat(keys).isEmpty();
    List<RegionFound> regions = store.query(queries -> queries.forOperators().regions());
    assertThat(regions)
        .singleElement()
        .satisfies(region -> assertThat(region.grpcAddress()).isEmpty());
  }

  @Test
  void aClusterThatWasNotFoundedIsNotRenewed() {
    store.accepted(renewCluster("two"));
    assertThat(store.query(Queries::cluster)).isEmpty();
  }

  private ClusterRecord cluster() {
    return store.query(Queries::cluster).orElseThrow();
  }
}
