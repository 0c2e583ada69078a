package dev.meridian.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.health.HealthFacts.Drain;
import dev.meridian.node.health.HealthFacts.Verdict;
import dev.meridian.node.health.RegionHealth.Status;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class HealthFactsTest {

  private static final Duration NOW = Duration.ZERO;
  private static final Set<Drain> NONE = Set.of();
  private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE);

  private static HealthFacts facts(
      Duration sinceRead, Duration sinceQuorum, boolean storage, boolean other) {
    return new HealthFacts(true, true, sinceRead, sinceQuorum, storage, other, true, NONE);
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

  private static HealthFacts drained(Drain drain) {
    return new HealthFacts(true, true, NOW, NOW, true, true, true, Set.of(drain));
  }

  @Test
  void isNotReadyWhileItIsAboutToStopThoughItsRegionIsWell() {
    HealthFacts facts = drained(Drain.STOP);
    assertThat(failing(facts.ready())).containsExactly("stop: this node is about to stop");
    assertThat(facts.region()).isEqualTo(ok());
  }

  @Test
  void isNotReadyWhileAnOperatorHasDrainedItThoughItsRegionIsWell() {
    HealthFacts facts = drained(Drain.NODE);
    assertThat(failing(facts.ready())).containsExactly("drain: drained by an operator");
    assertThat(facts.region()).isEqualTo(ok());
  }

  private static List<String> failing(Checks checks) {
    assertThat(checks.ok()).isFalse();
    return checks.checks().stream()
        .filter(check -> !check.ok())
        .map(check -> check.name() + ": " + check.message())
        .toList();
  }

  @Test
  void startsWhenItKnowsItsClusterAndHasReadOnce() {
    assertThat(new HealthFacts(false, true, NOW, NOW, true, true, true, NONE).started().ok())
        .isFalse();
    assertThat(new HealthFacts(true, false, NEVER, NEVER, true, true, true, NONE).started().ok())
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
    HealthFacts facts = drained(Drain.REGION);
    assertThat(facts.ready().ok()).isTrue();
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
