package dev.meridian.loadtest.linearize;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** Rewrites a history, or a part of it, into one with the same answer that is found sooner. */
final class Preparation {

  private final Map<Integer, Call> onlyWriters = new HashMap<>();

  /**
   * @param calls the whole history
   * @param initial the value before it
   */
  Preparation(List<Call> calls, int initial) {
    Set<Integer> shared = new HashSet<>(Set.of(initial));
    for (Call call : calls) {
      call.step()
          .next()
          .ifPresent(value -> {
            if (onlyWriters.put(value, call) != null) {
              shared.add(value);
            }
          });
    }
    onlyWriters.keySet().removeAll(shared);
  }

  /** A history with the values that may have been there before it. */
  record Prepared(List<Call> calls, Set<Integer> initial) {}

  /** Prepares a part of the history. */
  Prepared prepare(Shrinking.Part part) {
    List<Call> calls = withSeenCallsCertain(part);
    Set<Integer> compared = new HashSet<>();
    for (Call call : calls) {
      switch (call.step().guard()) {
        case Guard.Anything() -> {}
        case Guard.Is(int value) -> compared.add(value);
        case Guard.IsNot(int value) -> compared.add(value);
      }
    }
    return new Prepared(
        calls.stream().map(call -> call.with(renamed(call.step(), compared))).toList(),
        part.before().stream().map(value -> renamed(value, compared)).collect(Collectors.toSet()));
  }

  /**
   * An uncertain call took effect if somebody met the value that it alone could leave; one that
   * began before the part may have done so before the part.
   */
  private List<Call> withSeenCallsCertain(Shrinking.Part part) {
    Map<Integer, Long> seenBy = new HashMap<>();
    for (Call call : part.calls()) {
      if (call.certain()) {
        met(call, part.since(), seenBy);
      }
    }
    return part.calls().stream()
        .map(call -> {
          Long seen = seenBy.get(call.id());
          // Not at the same instant: then its end, not that of who saw it, might have no order.
          return seen == null ? call : call.by(seen + 1);
        })
        .toList();
  }

  /** Follows what a call must have met to the uncertain calls that must have been before it. */
  private void met(Call observer, long since, Map<Integer, Long> seenBy) {
    Step step = observer.step();
    while (step.required() && step.guard() instanceof Guard.Is(int value)) {
      Call writer = onlyWriters.get(value);
      if (writer == null
          || writer.certain()
          || writer.start() < since
          || seenBy.getOrDefault(writer.id(), Long.MAX_VALUE) <= observer.end()) {
        return;
      }
      seenBy.put(writer.id(), observer.end());
      step = writer.step();
    }
  }

  /** Values that no guard tells apart need not be told apart. */
  private static Step renamed(Step step, Set<Integer> compared) {
    return step.next().isPresent()
        ? new Step(
            step.guard(),
            OptionalInt.of(renamed(step.next().getAsInt(), compared)),
            step.required())
        : step;
  }

  private static int renamed(int value, Set<Integer> compared) {
    return compared.contains(value) ? value : LinearizabilityChecker.UNSEEN;
  }
}
