package dev.meridian.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.health.HealthFacts.Verdict;
import dev.meridian.node.health.RegionHealth.Status;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HealthFactsTest {

  private static final Duration NOW = Duration.ZERO;
  private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

  private static HealthFacts facts(
      Duration sinceRead, Duration sinceQuorum, boolean storage, boolean other) {
    return new HealthFacts(true, true, sinceRead, sinceQuorum, storage, other, true, false, false);
  }

  @Test
  void aWellRegionIsOkWithoutReasons() {
    assertThat(facts(NOW, NOW, true, true).region()).isEqualTo(ok());
    assertThat(facts(NOW, NOW, true, false).region()).isEqualTo(ok());
  }

  @Test
  void staysReadyWithoutQuorumAndWithoutStorage() {
    assertThat(facts(NOW, NEVER, false, false).ready().ok()).isTrue();
  }

  @Test
  void isNotReadyWhenNoMetadataServerAnswers() {
    assertThat(facts(Duration.ofSeconds(9), NOW, true, true).ready().ok()).isTrue();
    Checks checks = facts(Duration.ofSeconds(11), NOW, true, true).ready();
    assertThat(checks.ok()).isFalse();
    assertThat(checks.checks())
        .filteredOn(check -> !check.ok())
        .singleElement()
        .satisfies(check -> assertThat(check.name()).isEqualTo("metadata"));
  }

  @Test
  void isNotReadyWhileDrainingThoughItsRegionIsWell() {
    HealthFacts facts = new HealthFacts(true, true, NOW, NOW, true, true, true, true, false);
    assertThat(facts.ready().ok()).isFalse();
    assertThat(facts.region()).isEqualTo(ok());
  }

  @Test
  void startsWhenItKnowsItsClusterAndHasReadOnce() {
    assertThat(
            new HealthFacts(false, true, NOW, NOW, true, true, true, false, false).started().ok())
        .isFalse();
    assertThat(
            new HealthFacts(true, false, NEVER, NEVER, true, true, true, false, false)
                .started()
                .ok())
        .isFalse();
    assertThat(facts(NEVER, NEVER, false, false).started().ok()).isTrue();
  }

  @Test
  void theRegionIsDownWithoutQuorumForFifteenSeconds() {
    assertThat(facts(NOW, Duration.ofSeconds(15), true, true).region().status())
        .isEqualTo(Status.DEGRADED);
    Verdict verdict = facts(NOW, Duration.ofSeconds(16), true, true).region();
    assertThat(verdict.status()).isEqualTo(Status.DOWN);
    assertThat(verdict.reasons()).singleElement().asString().contains("no quorum");
  }

  @Test
  void anElectionIsNoReason() {
    assertThat(facts(NOW, Duration.ofSeconds(6), true, true).region()).isEqualTo(ok());
  }

  @Test
  void deadStorageDegradesAndIsFatalOnlyWhenNoOtherRegionsIsThere() {
    assertThat(facts(NOW, NOW, false, true).region().status()).isEqualTo(Status.DEGRADED);
    assertThat(facts(NOW, NOW, false, false).region().status()).isEqualTo(Status.DOWN);
  }

  @Test
  void aDrainedRegionIsDownAndSaysSo() {
    HealthFacts facts = new HealthFacts(true, true, NOW, NOW, true, true, true, false, true);
    assertThat(facts.region().status()).isEqualTo(Status.DOWN);
    assertThat(facts.region().reasons()).containsExactly("the region is drained");
  }

  @Test
  void servicesShowLocalReadsForTheInstanceAndTheQuorumEndToEnd() {
    HealthFacts facts = facts(NOW, NEVER, true, true);
    assertThat(facts.instance()).containsEntry("metadata", true).containsEntry("storage", true);
    assertThat(facts.endToEnd()).containsEntry("metadata", false).containsKey("disk_space");
  }

  private static Verdict ok() {
    return new Verdict(Status.OK, List.of());
  }
}
