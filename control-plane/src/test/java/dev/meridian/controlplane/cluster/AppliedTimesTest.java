package dev.meridian.controlplane.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.query.ReplicationQueries.LackingSince;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AppliedTimesTest {

  private final AtomicLong nanos = new AtomicLong(1_000);
  private final AppliedTimes times = new AppliedTimes(nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void passSeconds(int seconds, long revision, long clusterMillis) {
    for (int second = 0; second < seconds; second++) {
      pass(Duration.ofSeconds(1));
      times.observe(revision, clusterMillis);
    }
  }

  private double seconds(long revision, long clusterMillis) {
    return times.age(new LackingSince(revision, clusterMillis)).toMillis() / 1000.0;
  }

  @Test
  void whatHasJustComeIsYoungHoweverLongAgoTheTickWas() {
    times.observe(5, 10_000);
    passSeconds(9, 5, 10_000);
    times.observe(6, 10_000);
    pass(Duration.ofMillis(300));
    assertThat(seconds(6, 10_000)).isEqualTo(0.3);
    assertThat(seconds(7, 10_000)).as("not even seen").isEqualTo(0.3);
  }

  @Test
  void ageGrowsWhetherOrNotAnythingIsObserved() {
    times.observe(5, 10_000);
    times.observe(6, 10_000);
    pass(Duration.ofSeconds(100));
    assertThat(seconds(6, 10_000)).isEqualTo(100);
    passSeconds(20, 6, 20_000);
    assertThat(seconds(6, 10_000)).isEqualTo(120);
  }

  @Test
  void whatWasThereBeforeGoesByClusterTime() {
    times.observe(5, 70_000);
    pass(Duration.ofSeconds(3));
    assertThat(seconds(4, 10_000)).isEqualTo(63);
    assertThat(seconds(4, 75_000)).as("never negative").isZero();
  }

  @Test
  void whatIsCaughtUpWithIsAsOldAsClusterTimeSays() {
    times.observe(5, 0);
    pass(Duration.ofSeconds(1));
    times.observe(900, 3_600_000);
    assertThat(seconds(100, 600_000)).isBetween(2_980.0, 3_000.0);
  }

  @Test
  void forgetsInTime() {
    times.observe(1, 0);
    passSeconds(1, 2, 0);
    passSeconds(700, 2, 0);
    assertThat(seconds(2, 0)).as("by cluster time, which goes on by itself").isEqualTo(701);
    assertThat(seconds(3, 0)).isZero();
  }
}
