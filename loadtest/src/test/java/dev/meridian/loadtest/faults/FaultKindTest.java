package dev.meridian.loadtest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FaultKindTest {

  @Test
  void parsesWhatStandsOnTheCommandLine() {
    assertThat(FaultKind.parse("all")).containsExactly(FaultKind.values());
    assertThat(FaultKind.parse("none")).isEmpty();
    assertThat(FaultKind.parse("cut-one-way,kill-leader"))
        .containsExactlyInAnyOrder(FaultKind.CUT_ONE_WAY, FaultKind.KILL_LEADER);
  }

  @Test
  void namesTheFaultsThatThereAre() {
    assertThatThrownBy(() -> FaultKind.parse("cut,fire"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "fault \"fire\" is not known: expected all, none or some of [kill-leader, restart,"
                + " pause, cut, cut-one-way, delay]");
  }
}
