package dev.meridian.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

  private static final Duration ROUND = Duration.ofSeconds(4);

  @Test
  void countLatencyFromTheScheduleNotFromTheBeginning() {
    // As if the whole round had been lost to a slow operation.
    long start = System.nanoTime() - ROUND.toNanos();
    OpenLoop arrivals = new OpenLoop(start, ROUND, 1);

    assertThat(arrivals.next()).isEqualTo(start);
    assertThat(arrivals.next()).isEqualTo(start + 1_000_000_000L);
    assertThat(arrivals.next()).isEqualTo(start + 2_000_000_000L);
    assertThat(arrivals.next()).isEqualTo(start + 3_000_000_000L);
    assertThat(arrivals.next()).isEqualTo(Arrivals.OVER);
    assertThat(arrivals.missed()).isZero();
  }

  @Test
  void countWhatNeverBegan() {
    long start = System.nanoTime() - 3 * ROUND.toNanos();
    OpenLoop arrivals = new OpenLoop(start, ROUND, 1);

    assertThat(arrivals.next()).isEqualTo(Arrivals.OVER);
    assertThat(arrivals.missed()).isEqualTo(4);
  }

  @Test
  void endWithTheRoundInAClosedLoop() {
    assertThat(new ClosedLoop(System.nanoTime(), Duration.ofHours(1)).next())
        .isNotEqualTo(Arrivals.OVER);
    assertThat(new ClosedLoop(System.nanoTime() - 2 * ROUND.toNanos(), ROUND).next())
        .isEqualTo(Arrivals.OVER);
  }
}
