package dev.meridian.node.metadata.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ClusterClockTest {

  private final AtomicLong nanos = new AtomicLong(-7);
  private final ClusterClock clock = new ClusterClock(nanos::get);

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void carriesClusterTimeOnBetweenViews() {
    clock.observe(1000);
    pass(Duration.ofSeconds(3));
    assertThat(clock.millis()).isEqualTo(4000);
    clock.observe(11_000);
    assertThat(clock.millis()).isEqualTo(11_000);
  }

  @Test
  void viewsThatSayTheSameOrLessAreNoNews() {
    clock.observe(1000);
    pass(Duration.ofSeconds(3));
    clock.observe(1000);
    clock.observe(500);
    assertThat(clock.millis()).isEqualTo(4000);
  }

  @Test
  void standsStillWithoutNews() {
    clock.observe(1000);
    pass(Duration.ofHours(1));
    assertThat(clock.millis()).isEqualTo(21_000);
  }

  @Test
  void isNotSetBeforeTheFirstView() {
    assertThatThrownBy(clock::millis).isInstanceOf(IllegalStateException.class);
  }
}
