package dev.meridian.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {

  @Test
  void takesTheMiddleAndTheEnds() {
    assertThat(Spread.of(List.of(3.0, 1.0, 9.0))).isEqualTo(new Spread(3, 1, 9));
    assertThat(Spread.of(List.of(4.0, 1.0, 9.0, 2.0))).isEqualTo(new Spread(3, 1, 9));
  }

  @Test
  void leavesOutWhatIsNoNumber() {
    assertThat(Spread.of(List.of(Double.NaN, 5.0, Double.POSITIVE_INFINITY)))
        .isEqualTo(new Spread(5, 5, 5));
    assertThat(Spread.of(List.of())).isEqualTo(new Spread(0, 0, 0));
  }

  @Test
  void isShownWithThreeDigits() {
    assertThat(Figures.of(new Spread(12_345.6, 0.0123, 45.67))).isEqualTo("12,346 (0.012-45.7)");
  }
}
