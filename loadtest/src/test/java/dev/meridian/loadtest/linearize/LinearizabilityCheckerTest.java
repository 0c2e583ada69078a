package dev.meridian.loadtest.linearize;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinearizabilityCheckerTest {

  private static final Verdict FINE = new Verdict.Linearizable();

  @Test
  void explainsWhatOverlapsInAnyOrder() {
    Calls calls = new Calls().set(1, 0, 10).set(2, 0, 10).read(1, 5, 8).read(2, 20, 30);
    assertThat(calls.check()).isEqualTo(FINE);
    assertThat(new Calls().set(1, 0, 10).read(0, 2, 8).read(1, 2, 9).check()).isEqualTo(FINE);
    assertThat(new Calls().check()).isEqualTo(FINE);
  }

  @Test
  void takesCallsThatTouchForConcurrent() {
    assertThat(new Calls().set(1, 0, 10).read(0, 10, 20).check()).isEqualTo(FINE);
  }

  @Test
  void findsAStaleRead() {
    Calls calls = new Calls().set(1, 0, 10).set(2, 20, 30).read(2, 32, 35).read(1, 40, 50);
    assertImpossible(calls, 3, 2, 3);
  }

  @Test
  void findsReadsThatGoBackWhileAWriteIsUnderWay() {
    Calls calls = new Calls().set(1, 0, 10).set(2, 20, 90).read(2, 30, 40).read(1, 50, 60);
    assertImpossible(calls, 3, 1, 2, 3);
  }

  @Test
  void findsALostUpdate() {
    Calls calls = new Calls().set(1, 0, 10).swap(1, 2, 20, 30).read(1, 40, 50);
    assertImpossible(calls, 2, 1, 2);
  }

  @Test
  void findsASwapThatSucceededTwice() {
    Calls calls = new Calls().set(1, 0, 10).swap(1, 2, 20, 40).swap(1, 3, 20, 50);
    assertImpossible(calls, 2, 1, 2);
  }

  @Test
  void findsASwapThatWasRefusedThoughItsConditionHeld() {
    Calls calls = new Calls().set(1, 0, 10).refusedSwap(1, 20, 30).read(1, 40, 50);
    assertImpossible(calls, 1, 0, 1);
    assertThat(new Calls().set(1, 0, 10).refusedSwap(1, 5, 30).read(1, 40, 50).check())
        .isEqualTo(FINE);
  }

  @Test
  void findsAReadOfWhatNobodyWrote() {
    assertImpossible(new Calls().set(1, 0, 10).read(1, 11, 12).read(7, 20, 30), 2, 2);
  }

  @Test
  void findsAReadOfWhatIsWrittenOnlyLater() {
    assertImpossible(new Calls().set(1, 0, 10).read(2, 20, 30).set(2, 40, 50), 1, 1);
  }

  @Test
  void findsADeletedValueAndADeleteOfNothing() {
    assertImpossible(new Calls().set(1, 0, 10).delete(20, 30).present(40, 50), 2, 1, 2);
    assertImpossible(new Calls().set(1, 0, 10).delete(20, 30).delete(40, 50), 2, 1, 2);
  }

  @Test
  void letsAnUncertainWriteTakeEffectLaterOrNever() {
    assertThat(new Calls().set(1, 0, 10).lostSet(2, 20).read(1, 30, 40).read(2, 50, 60).check())
        .isEqualTo(FINE);
    assertThat(new Calls().set(1, 0, 10).lostSet(2, 20).read(1, 30, 99).check()).isEqualTo(FINE);
    assertThat(new Calls().set(1, 0, 10).lostDelete(20).set(3, 30, 40).read(0, 50, 60).check())
        .isEqualTo(FINE);
  }

  @Test
  void findsAnUncertainWriteThatIsSeenAndThenVanishes() {
    Calls calls =
        new Calls().set(1, 0, 10).lostSet(2, 20).read(1, 22, 25).read(2, 30, 40).read(1, 50, 60);
    assertImpossible(calls, 4, 1, 3, 4);
  }

  @Test
  void findsAnUncertainWriteThatIsSeenBeforeItBegan() {
    assertImpossible(new Calls().set(1, 0, 10).read(2, 20, 30).lostSet(2, 40), 1, 1);
  }

  @Test
  void usesAnUncertainCallOnce() {
    Calls once = new Calls().lostDelete(0).set(1, 10, 20).read(0, 30, 40).set(2, 50, 60);
    assertThat(once.check()).isEqualTo(FINE);
    assertThat(once.read(0, 70, 80).check()).isInstanceOf(Verdict.Impossible.class);
    assertThat(once.lostDelete(5).check()).isEqualTo(FINE);
  }

  @Test
  void lets412BeExplainedByAnUncertainWriteThatNobodyReads() {
    Calls calls = new Calls().set(1, 0, 10).lostSet(2, 20).refusedSwap(1, 30, 40);
    assertThat(calls.check()).isEqualTo(FINE);
    assertThat(calls.read(1, 50, 60).check()).isInstanceOf(Verdict.Impossible.class);
  }

  @Test
  void followsAChainOfUncertainSwaps() {
    Calls calls = new Calls().set(1, 0, 10).lostSwap(1, 2, 20).lostSwap(2, 3, 30);
    assertThat(calls.read(3, 40, 50).check()).isEqualTo(FINE);
    assertThat(calls.read(2, 60, 70).check()).isInstanceOf(Verdict.Impossible.class);
  }

  @Test
  void letsAReplacementMeetItsValueOrNot() {
    assertThat(new Calls().set(1, 0, 9).replaced(1, 0, 10, 20).read(0, 30, 40).check())
        .isEqualTo(FINE);
    assertThat(new Calls().set(2, 0, 9).replaced(1, 0, 10, 20).read(2, 30, 40).check())
        .isEqualTo(FINE);
    assertImpossible(new Calls().set(1, 0, 9).replaced(1, 0, 10, 20).read(1, 30, 40), 2, 1, 2);
  }

  @Test
  void namesTheValuesThatWerePossible() {
    Calls calls = new Calls().set(1, 0, 10).set(2, 20, 90).read(7, 40, 50);
    assertThat(calls.check())
        .isInstanceOfSatisfying(
            Verdict.Impossible.class,
            verdict ->
                assertThat(verdict.possible()).containsExactly(LinearizabilityChecker.UNSEEN));
    assertThat(new Calls().set(1, 0, 10).set(2, 20, 30).read(1, 40, 50).check())
        .isInstanceOfSatisfying(
            Verdict.Impossible.class,
            verdict ->
                assertThat(verdict.possible()).containsExactly(LinearizabilityChecker.UNSEEN));
  }

  @Test
  void shrinksALongHistoryToItsContradiction() {
    Calls calls = new Calls();
    for (int i = 1; i <= 5_000; i++) {
      calls.set(i, i * 10, i * 10 + 3).read(i, i * 10 + 4, i * 10 + 8);
    }
    calls.read(4_999, 50_100, 50_200);
    for (int i = 5_001; i < 6_000; i++) {
      calls.set(i, 51_000 + i * 10, 51_000 + i * 10 + 3);
    }
    assertImpossible(calls, 10_000, 9_999, 10_000);
  }

  @Test
  void givesUpWithinItsBudget() {
    Calls calls = new Calls();
    for (int i = 1; i <= 20; i++) {
      calls.set(i, 0, 100);
    }
    for (int i = 1; i <= 20; i++) {
      calls.read(i, 200, 300);
    }
    LinearizabilityChecker small =
        new LinearizabilityChecker(Calls.ABSENT, new Budget(1_000, Duration.ofMinutes(1)));
    assertThat(small.check(calls.list())).isInstanceOf(Verdict.Undecided.class);
  }

  @Test
  void givesUpWhenTooManyCallsAreUnderWay() {
    Calls calls = new Calls();
    for (int i = 0; i <= Pending.SLOTS; i++) {
      calls.read(0, i, 1_000);
    }
    assertThat(calls.check()).isInstanceOf(Verdict.Undecided.class);
  }

  private static void assertImpossible(Calls calls, int impossible, Integer... window) {
    assertThat(calls.check())
        .isInstanceOfSatisfying(
            Verdict.Impossible.class,
            verdict -> {
              assertThat(verdict.impossible().id()).isEqualTo(impossible);
              List<Integer> ids = verdict.window().stream().map(Call::id).toList();
              assertThat(ids).containsExactly(window);
            });
  }
}
