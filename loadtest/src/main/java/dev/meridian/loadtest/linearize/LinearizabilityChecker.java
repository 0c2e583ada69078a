package dev.meridian.loadtest.linearize;

import java.util.List;
import java.util.Set;

/**
 * Looks for an order of the calls on one register that explains all that returned: each takes
 * effect at one instant between its start and its end, an uncertain one at any time after its
 * start, or never.
 *
 * @param initial the register's value before the first call
 */
public record LinearizabilityChecker(int initial, Budget budget) {

  /** Stands for every value that no call compares with; not to be used in calls. */
  public static final int UNSEEN = Integer.MIN_VALUE;

  /** Judges a history; the order of the list does not matter, the ids differ. */
  public Verdict check(List<Call> calls) {
    Shrinking.Part all = new Shrinking.Part(calls, Long.MIN_VALUE, Set.of(initial));
    Search search = new Search(new Preparation(calls, initial).prepare(all), budget);
    return switch (search.run()) {
      case Search.End.Explained() -> new Verdict.Linearizable();
      case Search.End.GivenUp(String reason) -> new Verdict.Undecided(reason);
      case Search.End.Stuck(Call call, Set<Integer> possible) -> impossible(calls, call, possible);
    };
  }

  private Verdict impossible(List<Call> calls, Call last, Set<Integer> possible) {
    Shrinking.Part smallest = new Shrinking(until(last, calls), initial, budget).smallest();
    return new Verdict.Impossible(
        smallest.calls(), smallest.since(), original(last, calls), possible);
  }

  /** The history as it was when a call returned. */
  private static List<Call> until(Call last, List<Call> calls) {
    return calls.stream()
        .filter(call -> call.start() <= last.end())
        .map(call -> call.certain() && call.end() > last.end() ? call.withoutEnd() : call)
        .toList();
  }

  private static Call original(Call prepared, List<Call> calls) {
    return calls.stream().filter(call -> call.id() == prepared.id()).findFirst().orElseThrow();
  }
}
