package dev.meridian.loadtest.linearize;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Leaves out of a history without an order what the contradiction does not need, so that a person
 * can read it. Only what makes an order easier to find is done: the history is looked at from some
 * time on, and observations are dropped. What is left has no order still.
 */
final class Shrinking {

  /** Beyond this, single observations are not looked at. */
  private static final int MOST_TRIED_ONE_BY_ONE = 300;

  private final List<Call> calls;
  private final int initial;
  private final Preparation preparation;
  private final Budget budget;

  /**
   * @param calls a history that has no order as soon as its last call returns
   */
  Shrinking(List<Call> calls, int initial, Budget budget) {
    this.calls = calls;
    this.initial = initial;
    this.preparation = new Preparation(calls, initial);
    this.budget = budget;
  }

  /**
   * A history from some time on.
   *
   * @param before the values that the register may have had then
   */
  record Part(List<Call> calls, long since, Set<Integer> before) {}

  /** What is left; its calls by their start. */
  Part smallest() {
    Part part = shortest();
    List<Call> left = new ArrayList<>(part.calls());
    if (left.size() <= MOST_TRIED_ONE_BY_ONE) {
      for (Call call : part.calls()) {
        if (call.step().isObservation()) {
          left.remove(call);
          if (!isImpossible(new Part(left, part.since(), part.before()))) {
            left.add(call);
          }
        }
      }
    }
    left.sort(Comparator.comparingLong(Call::start));
    return new Part(left, part.since(), part.before());
  }

  /** The later a part begins, the easier it is to explain, so halving finds the shortest. */
  private Part shortest() {
    List<Long> starts = calls.stream().map(Call::start).sorted(Comparator.reverseOrder()).toList();
    int low = 0;
    int high = starts.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isImpossible(since(starts.get(middle)))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return since(starts.get(low));
  }

  /** A change that was under way then may have taken effect before. */
  private Part since(long time) {
    List<Call> part = new ArrayList<>();
    Set<Integer> before = new HashSet<>(Set.of(initial));
    for (Call call : calls) {
      if (call.start() >= time) {
        part.add(call);
      } else {
        call.step().next().ifPresent(before::add);
        if (call.end() >= time && !call.step().isObservation()) {
          part.add(call.withoutEnd());
        }
      }
    }
    return new Part(part, time, before);
  }

  private boolean isImpossible(Part part) {
    return new Search(preparation.prepare(part), budget).run() instanceof Search.End.Stuck;
  }
}
