package dev.meridian.controlplane.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AccessDutiesTest {

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long LEAD = Duration.ofMinutes(10).toMillis();

  @Test
  void theFirstKeySignsAtOnce() {
    assertThat(AccessDuties.nextKey(OptionalLong.empty(), 7)).hasValue(7);
  }

  @Test
  void aNewKeySignsWhenAllCanKnowIt() {
    assertThat(AccessDuties.nextKey(OptionalLong.of(0), 30 * DAY - 1)).isEmpty();
    assertThat(AccessDuties.nextKey(OptionalLong.of(0), 30 * DAY)).hasValue(30 * DAY + LEAD);
    // Its successor is not due before it has signed for as long.
    assertThat(AccessDuties.nextKey(OptionalLong.of(30 * DAY + LEAD), 30 * DAY + 1)).isEmpty();
  }
}
