package dev.meridian.node.blobs.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PartSizesTest {

  private static final long MIB = 1L << 20;

  @Test
  void letsTenThousandPartsHoldFiveTerabytes() {
    PartSizes sizes = new PartSizes(PartSizes.SMALLEST, Long.MAX_VALUE);
    long sum = 0;
    for (int number = 1; number <= PartSizes.MOST; number++) {
      assertThat(sizes.of(number)).isLessThanOrEqualTo(5L << 30);
      assertThat(sizes.leastOf(number)).isBetween(PartSizes.SMALLEST, sizes.of(number));
      sum += sizes.of(number);
    }
    assertThat(sum).isGreaterThan(5_000_000_000_000L);
  }

  @Test
  void holdsTwentyGigabytesInModestParts() {
    PartSizes sizes = new PartSizes(8 * MIB, Long.MAX_VALUE);
    assertThat(sizes.of(1)).isEqualTo(8 * MIB);
    assertThat(sizes.of(1000)).isEqualTo(8 * MIB);
    assertThat(sizes.of(1001)).isEqualTo(16 * MIB);
  }

  @Test
  void neverExceedsWhatTheSpoolCanHold() {
    assertThat(new PartSizes(8 * MIB, 100 * MIB).of(9000)).isEqualTo(100 * MIB);
  }

  @Test
  void refusesMorePartsThanS3Has() {
    PartSizes sizes = new PartSizes(8 * MIB, Long.MAX_VALUE);
    assertThatThrownBy(() -> sizes.of(10_001)).isInstanceOf(IllegalArgumentException.class);
  }
}
