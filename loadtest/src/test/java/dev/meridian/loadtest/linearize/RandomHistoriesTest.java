package dev.meridian.loadtest.linearize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small histories, judged by the checker and by trying all orders. */
class RandomHistoriesTest {

  private static final int HISTORIES = 10_000;

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7})
  void agreesWithTryingAllOrders(int size) {
    Random random = new Random(size);
    int impossible = 0;
    for (int i = 0; i < HISTORIES; i++) {
      List<Call> calls = history(random, size);
      boolean explained = new AllOrders(calls).explain(Calls.ABSENT);
      Verdict verdict = Calls.CHECKER.check(calls);
      assertThat(verdict instanceof Verdict.Linearizable)
          .as("history %d of size %d: %s", i, size, calls)
          .isEqualTo(explained);
      if (verdict instanceof Verdict.Impossible found) {
        impossible++;
        assertThat(new AllOrders(found.window()).explainAfter(calls, found))
            .as("what is left of history %d of size %d: %s", i, size, found)
            .isFalse();
      }
    }
    assertThat(impossible).isBetween(HISTORIES / 10, HISTORIES * 9 / 10);
  }

  /** Values are mostly written once, as the load does, but not always. */
  private static List<Call> history(Random random, int size) {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      long start = random.nextInt(2 * size);
      long end = start + random.nextInt(size);
      Step step = step(random, random.nextInt(8) == 0 ? 1 + random.nextInt(3) : i + 1);
      boolean lost = !step.isObservation() && random.nextInt(3) == 0;
      calls.add(lost ? Call.uncertain(i, step, start) : Call.certain(i, step, start, end));
    }
    return calls;
  }

  private static Step step(Random random, int fresh) {
    int some = random.nextInt(4);
    return switch (random.nextInt(9)) {
      case 0, 1 -> Step.change(new Guard.Anything(), fresh);
      case 2 -> Step.change(new Guard.Is(some), fresh);
      case 3 -> Step.change(new Guard.IsNot(Calls.ABSENT), Calls.ABSENT);
      case 4 -> Step.replace(some, Calls.ABSENT);
      case 5 -> Step.observe(new Guard.IsNot(some));
      case 6 -> Step.change(new Guard.IsNot(some), fresh);
      default -> Step.observe(new Guard.Is(some));
    };
  }

  @Test
  void triesAllOrders() {
    assertThat(new AllOrders(new Calls().set(1, 0, 5).read(0, 1, 4).list()).explain(0)).isTrue();
    assertThat(new AllOrders(new Calls().set(1, 0, 5).read(0, 6, 7).list()).explain(0)).isFalse();
  }

  /** The definition of linearizability, written down as it is. */
  private record AllOrders(List<Call> calls) {

    boolean explain(int initial) {
      return explain(initial, new ArrayList<>(calls));
    }

    boolean explainAfter(List<Call> history, Verdict.Impossible found) {
      return explain(Calls.ABSENT)
          || history.stream()
              .filter(call -> call.start() < found.since())
              .flatMapToInt(call -> call.step().next().stream())
              .anyMatch(this::explain);
    }

    private static boolean explain(int value, List<Call> left) {
      if (left.stream().noneMatch(Call::certain)) {
        return true;
      }
      for (Call first : left) {
        boolean mayBeFirst =
            left.stream().noneMatch(other -> other.certain() && other.end() < first.start());
        if (mayBeFirst && first.step().allows(value)) {
          List<Call> rest = new ArrayList<>(left);
          rest.remove(first);
          if (explain(first.step().after(value), rest)) {
            return true;
          }
        }
      }
      return false;
    }
  }
}
