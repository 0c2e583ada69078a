package dev.meridian.loadtest.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.proof.Successes.Gap;
import org.junit.jupiter.api.Test;

class SuccessesTest {

  private final Successes successes = new Successes(new long[] {10, 20, 100, 105, 400, 410});

  @Test
  void findsTheLongestTimeWithoutASuccess() {
    assertThat(successes.longestGap(0, 500)).isEqualTo(new Gap(105, 400));
    assertThat(successes.longestGap(12, 101)).isEqualTo(new Gap(20, 100));
    assertThat(successes.longestGap(402, 403)).isEqualTo(new Gap(400, 410));
  }

  @Test
  void countsAGapThatBeganBeforeOrEndsAfter() {
    assertThat(successes.longestGap(50, 60)).isEqualTo(new Gap(20, 100));
    assertThat(successes.longestGap(104, 200)).isEqualTo(new Gap(105, 400));
  }

  @Test
  void hasNoGapWhereThereIsNothing() {
    assertThat(new Successes(new long[0]).longestGap(3, 9)).isEqualTo(new Gap(3, 3));
  }
}
