package dev.meridian.loadtest.linearize;

import java.util.List;
import java.util.Set;

/** What is known of a history after the search for an order. */
public sealed interface Verdict {

  /** There is an order that explains all that returned. */
  record Linearizable() implements Verdict {}

  /**
   * There is no order.
   *
   * @param window calls that contradict each other already, whatever value was written before; by
   *     their start
   * @param since when the window begins; of calls before it only the uncertain are in it, and those
   *     that were under way
   * @param impossible the one of them that returned last: with it, no order is left
   * @param possible the values that the register could have until then; {@link
   *     LinearizabilityChecker#UNSEEN} stands for all that nobody looked at
   */
  record Impossible(List<Call> window, long since, Call impossible, Set<Integer> possible)
      implements Verdict {}

  /** The search was given up. This says nothing of the history. */
  record Undecided(String reason) implements Verdict {}
}
