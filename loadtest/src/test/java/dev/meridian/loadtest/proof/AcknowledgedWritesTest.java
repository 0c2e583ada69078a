package dev.meridian.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AcknowledgedWritesTest {

  private final AcknowledgedWrites writes =
      new AcknowledgedWrites(new long[] {10, 20, 100, 105, 400, 410});

  @Test
  void findsTheLongestTimeWithoutAWrite() {
    assertThat(writes.longestGap(0, 500)).isEqualTo(Duration.ofNanos(295));
    assertThat(writes.longestGap(12, 101)).isEqualTo(Duration.ofNanos(80));
    assertThat(writes.longestGap(402, 403)).isEqualTo(Duration.ofNanos(10));
  }

  @Test
  void countsAGapThatBeganBeforeOrEndsAfter() {
    assertThat(writes.longestGap(50, 60)).isEqualTo(Duration.ofNanos(80));
    assertThat(writes.longestGap(104, 200)).isEqualTo(Duration.ofNanos(295));
  }
}
