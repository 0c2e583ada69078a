package dev.meridian.loadtest.linearize;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The calls that have started and not returned, each in a slot of its own. */
final class Pending {

  /** As many as a long has bits. */
  static final int SLOTS = Long.SIZE;

  private final Call[] calls = new Call[SLOTS];
  private final Map<Integer, Integer> slots = new HashMap<>();

  boolean isFull() {
    return slots.size() == SLOTS;
  }

  void add(Call call) {
    int slot = 0;
    while (calls[slot] != null) {
      slot++;
    }
    calls[slot] = call;
    slots.put(call.id(), slot);
  }

  int slotOf(Call call) {
    return slots.get(call.id());
  }

  void remove(Call call) {
    calls[slots.remove(call.id())] = null;
  }

  /**
   * The same configuration after all observations that are possible at its value: to make them now
   * takes nothing away from what can follow.
   */
  Configuration observed(Configuration configuration) {
    Configuration after = configuration;
    for (int slot = 0; slot < SLOTS; slot++) {
      Call call = calls[slot];
      if (call != null && call.step().isObservation() && call.step().allows(after.value())) {
        after = after.afterCall(slot, after.value());
      }
    }
    return after;
  }

  /** The configurations that follow when one more of the calls takes effect. */
  void expand(Configuration from, Consumer<Configuration> next) {
    for (int slot = 0; slot < SLOTS; slot++) {
      Call call = calls[slot];
      if (call != null && !from.hasDone(slot) && call.step().allows(from.value())) {
        next.accept(from.afterCall(slot, call.step().after(from.value())));
      }
    }
  }
}
