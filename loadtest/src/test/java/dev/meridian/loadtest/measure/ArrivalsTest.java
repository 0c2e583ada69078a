package dev.meridian.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private static final Duration ROUND = Duration.ofMillis(40);

  @Test
  void countLatencyFromTheScheduleNotFromTheBeginning() {
    // As if the first half of the round had been lost to a slow operation.
    long start = System.nanoTime() - ROUND.toNanos() / 2;
    OpenLoop arrivals = new OpenLoop(start, ROUND, 100);

    assertThat(arrivals.next()).isEqualTo(start);
    assertThat(arrivals.next()).isEqualTo(start + 10_000_000);
    assertThat(arrivals.next()).isEqualTo(start + 20_000_000);
    assertThat(arrivals.next()).isEqualTo(start + 30_000_000);
    assertThat(arrivals.next()).isEqualTo(Arrivals.OVER);
    assertThat(arrivals.missed()).isZero();
  }

  @Test
  void countWhatNeverBegan() {
    long start = System.nanoTime() - 3 * ROUND.toNanos();
    OpenLoop arrivals = new OpenLoop(start, ROUND, 100);

    assertThat(arrivals.next()).isEqualTo(Arrivals.OVER);
    assertThat(arrivals.missed()).isEqualTo(4);
  }

  @Test
  void endWithTheRoundInAClosedLoop() {
    assertThat(new ClosedLoop(System.nanoTime(), Duration.ofHours(1)).next())
        .isNotEqualTo(Arrivals.OVER);
    assertThat(new ClosedLoop(System.nanoTime() - 100_000_000, ROUND).next())
        .isEqualTo(Arrivals.OVER);
  }
}
