package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.cluster.RegionServer;
import dev.meridian.loadtest.history.Action;
import dev.meridian.loadtest.history.Operation;
import dev.meridian.loadtest.history.Outcome;
import dev.meridian.model.Digest;
import dev.meridian.model.TagName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** One of the clients: does what it is told to, writes down what it saw, and tells the others. */
final class HistoryClient implements Callable<List<Operation>> {

  private static final long LONGEST_THOUGHT_MS = 20;
  private static final long PAUSE_WITHOUT_ANSWER_MS = 100;

  private final int number;
  private final RegionServer server;
  private final TaskChooser chooser;
  private final Hearsay hearsay;
  private final Random random;
  private final long origin;
  private final long end;

  /**
   * @param origin of the history's time, on {@link System#nanoTime}
   * @param end when it stops, on the same clock
   */
  HistoryClient(
      int number,
      RegionServer server,
      TaskChooser chooser,
      Hearsay hearsay,
      Random random,
      long origin,
      long end) {
    this.number = number;
    this.server = server;
    this.chooser = chooser;
    this.hearsay = hearsay;
    this.random = random;
    this.origin = origin;
    this.end = end;
  }

  @Override
  public List<Operation> call() throws IOException, InterruptedException {
    List<Operation> operations = new ArrayList<>();
    try (RegionClient client = new RegionClient(server.origin())) {
      while (System.nanoTime() - end < 0) {
        Task task = chooser.next();
        long start = System.nanoTime();
        Outcome outcome = client.perform(task);
        operations.add(
            new Operation(
                number,
                server.region(),
                task.action(),
                outcome,
                start - origin,
                System.nanoTime() - origin));
        tell(task.action(), outcome);
        TimeUnit.MILLISECONDS.sleep(thought(outcome));
      }
    }
    return operations;
  }

  private long thought(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Unknown _, Outcome.Nothing _ -> PAUSE_WITHOUT_ANSWER_MS;
      case Outcome.Done _,
          Outcome.Found _,
          Outcome.Listed _,
          Outcome.NotFound _,
          Outcome.ConditionFailed _,
          Outcome.Wrong _ ->
          random.nextLong(LONGEST_THOUGHT_MS);
    };
  }

  private void tell(Action action, Outcome outcome) {
    if (outcome instanceof Outcome.Found(Digest manifest)
        && action instanceof Action.ReadTag(TagName tag, _)) {
      hearsay.names(tag, manifest);
    } else if (outcome instanceof Outcome.Done) {
      if (action instanceof Action.Put(TagName tag, Digest manifest, _)) {
        hearsay.names(tag, manifest);
      } else if (action instanceof Action.PutTagged(Digest manifest, List<TagName> tags)) {
        tags.forEach(tag -> hearsay.names(tag, manifest));
      }
    }
  }
}
