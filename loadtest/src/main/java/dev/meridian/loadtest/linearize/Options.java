package dev.meridian.loadtest.linearize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The uncertain calls. Those with the same step differ only in their start, so a search needs no
 * more than their number: of those that have started, the earliest may as well be the first used.
 */
final class Options {

  private final List<Step> steps = new ArrayList<>();
  private final List<Boolean> counted = new ArrayList<>();
  private final Map<Step, Integer> numbers = new HashMap<>();
  private final int[] started;

  Options(Preparation.Prepared history) {
    Map<Integer, Integer> comes = new HashMap<>();
    history.initial().forEach(value -> comes.put(value, 1));
    for (Call call : history.calls()) {
      call.step().next().ifPresent(value -> comes.merge(value, 1, Integer::sum));
    }
    for (Call call : history.calls()) {
      if (!call.certain() && !numbers.containsKey(call.step())) {
        numbers.put(call.step(), steps.size());
        steps.add(call.step());
        counted.add(!happensOnce(call.step(), comes));
      }
    }
    this.started = new int[steps.size()];
  }

  /** A value that comes once goes once: what leads away from it need not be counted. */
  private static boolean happensOnce(Step step, Map<Integer, Integer> comes) {
    return step.guard() instanceof Guard.Is(int value) && comes.getOrDefault(value, 0) <= 1;
  }

  int kinds() {
    return steps.size();
  }

  void start(Call call) {
    started[numbers.get(call.step())]++;
  }

  /** The configurations that follow when one more uncertain call takes effect. */
  void expand(Configuration from, Consumer<Configuration> next) {
    for (int i = 0; i < started.length; i++) {
      Step step = steps.get(i);
      boolean left = started[i] > from.used(i);
      if (left && step.allows(from.value()) && step.after(from.value()) != from.value()) {
        next.accept(from.afterOption(i, step.after(from.value()), counted.get(i)));
      }
    }
  }
}
