package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.cluster.RegionServer;
import dev.meridian.loadtest.history.Outcome;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Does the same at one region, as fast as it can, until it is interrupted. */
final class SteadyClient implements Callable<Void> {

  private static final long PAUSE_WITHOUT_ANSWER_MS = 20;

  private final RegionServer server;
  private final Supplier<Task> tasks;
  private final Queue<Long> successes = new ConcurrentLinkedQueue<>();

  SteadyClient(RegionServer server, Supplier<Task> tasks) {
    this.server = server;
    this.tasks = tasks;
  }

  RegionServer server() {
    return server;
  }

  @Override
  public Void call() throws IOException, InterruptedException {
    try (RegionClient client = new RegionClient(server.origin())) {
      while (!Thread.currentThread().isInterrupted()) {
        switch (client.perform(tasks.get())) {
          case Outcome.Done _, Outcome.Found _ -> successes.add(System.nanoTime());
          case Outcome.Unknown _, Outcome.Nothing _ ->
              TimeUnit.MILLISECONDS.sleep(PAUSE_WITHOUT_ANSWER_MS);
          case Outcome.Wrong(String what) -> throw new IOException(server.region() + ": " + what);
          case Outcome.NotFound _, Outcome.ConditionFailed _, Outcome.Listed _ ->
              throw new IOException(server.region() + ": what was written is not there");
        }
      }
    }
    return null;
  }

  /** When it succeeded so far. */
  Successes successes() {
    return new Successes(successes.stream().mapToLong(Long::longValue).toArray());
  }
}
