package dev.meridian.loadtest.linearize;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * One pass over a history in the order of time. It holds all configurations that explain what has
 * returned so far; when a call returns, they go on to those in which it has taken effect (Lowe,
 * "Testing for linearizability", section 3: just in time). So the first call that leaves none ends
 * the shortest part of the history that has no order.
 */
final class Search {

  private final List<Event> events = new ArrayList<>();
  private final Pending pending = new Pending();
  private final Options options;
  private final Budget budget;
  private final long deadline;
  private Frontier frontier = new Frontier();

  private record Event(long time, boolean isEnd, Call call) {}

  /** How a search ends. */
  sealed interface End {
    record Explained() implements End {}

    record Stuck(Call call, Set<Integer> possible) implements End {}

    record GivenUp(String reason) implements End {}
  }

  Search(Preparation.Prepared history, Budget budget) {
    this.options = new Options(history);
    this.budget = budget;
    this.deadline = System.nanoTime() + budget.time().toNanos();
    for (Call call : history.calls()) {
      events.add(new Event(call.start(), false, call));
      if (call.certain()) {
        events.add(new Event(call.end(), true, call));
      }
    }
    // At the same instant starts come first: calls that touch are concurrent.
    events.sort(Comparator.comparingLong(Event::time).thenComparing(Event::isEnd));
    int[] nothingUsed = new int[options.kinds()];
    history.initial().forEach(value -> frontier.add(new Configuration(value, 0, nothingUsed)));
  }

  End run() {
    for (Event event : events) {
      Call call = event.call();
      if (!event.isEnd()) {
        if (call.certain() && pending.isFull()) {
          return new End.GivenUp("more than " + Pending.SLOTS + " calls were under way at once");
        }
        start(call);
      } else {
        Frontier next = new Frontier();
        if (!end(pending.slotOf(call), next)) {
          return new End.GivenUp(
              isOverdue()
                  ? "no order was found within " + budget.time().toSeconds() + " s"
                  : "more than " + budget.configurations() + " configurations are possible");
        }
        if (next.size() == 0) {
          return new End.Stuck(call, frontier.values());
        }
        pending.remove(call);
        frontier = next;
      }
    }
    return new End.Explained();
  }

  private void start(Call call) {
    if (!call.certain()) {
      options.start(call);
      return;
    }
    pending.add(call);
    if (call.step().isObservation()) {
      Frontier next = new Frontier();
      frontier.all().forEach(known -> next.add(pending.observed(known)));
      frontier = next;
    }
  }

  private boolean isOverdue() {
    return System.nanoTime() - deadline > 0;
  }

  /** Collects the configurations in which a call has taken effect; false beyond the budget. */
  private boolean end(int slot, Frontier next) {
    Frontier visited = new Frontier();
    Deque<Configuration> open = new ArrayDeque<>(frontier.all());
    while (!open.isEmpty()) {
      Configuration configuration = open.remove();
      if (configuration.hasDone(slot)) {
        next.add(configuration.without(slot));
        continue;
      }
      pending.expand(configuration, following -> visit(following, visited, open));
      options.expand(configuration, following -> visit(following, visited, open));
      if (visited.size() + next.size() > budget.configurations() || isOverdue()) {
        return false;
      }
    }
    return true;
  }

  private void visit(Configuration following, Frontier visited, Deque<Configuration> open) {
    Configuration observed = pending.observed(following);
    if (visited.add(observed)) {
      open.add(observed);
    }
  }
}
