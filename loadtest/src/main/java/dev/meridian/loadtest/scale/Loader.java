package dev.meridian.loadtest.scale;

import dev.meridian.loadtest.cluster.Pause;
import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.oci.Authorizer;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.proof.Background;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** Does many things at a registry, many at a time, spread over its addresses. */
final class Loader {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final List<Origin> origins;
  private final int connections;
  private final Progress progress;
  private final Authorizer authorizer = new Authorizer(Optional.empty());
  private final Retries retries = new Retries(PATIENCE);

  Loader(List<Origin> origins, int connections, Progress progress) {
    this.origins = List.copyOf(origins);
    this.connections = connections;
    this.progress = progress;
  }

  /** One of the things to do; it may be done again when it was refused. */
  @FunctionalInterface
  interface Task {

    /** Does the thing of that number, with a client that no other thread uses now. */
    void perform(OciClient client, int number) throws IOException;
  }

  /**
   * Does things 0 to count - 1, in about that order.
   *
   * @return the time from the beginning of the first to the end of the last
   * @throws IOException the failure of one, in spite of repetitions; the others are broken off
   */
  Duration forEach(String what, int count, Task task) throws IOException {
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    try (Background background = new Background()) {
      List<Future<Long>> ends = new ArrayList<>();
      for (int i = 0; i < Math.min(connections, count); i++) {
        Origin origin = origins.get(i % origins.size());
        ends.add(background.start(() -> perform(origin, count, task, next)));
      }
      long last = start;
      while (!ends.isEmpty()) {
        double done = (double) Math.min(next.get(), count) / count;
        progress.show("%s of %,d %s".formatted(percent(done), count, what), done);
        Pause.of(BETWEEN_LOOKS);
        for (Future<Long> end : List.copyOf(ends)) {
          if (end.isDone()) {
            last = Math.max(last, Background.result(end));
            ends.remove(end);
          }
        }
      }
      return Duration.ofNanos(last - start);
    }
  }

  /** How often something was repeated, by what the registry said before. */
  Map<String, Long> repetitions() {
    return retries.counts();
  }

  private long perform(Origin origin, int count, Task task, AtomicInteger next) throws IOException {
    try (OciClient client = new OciClient(origin, authorizer)) {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        int number = i;
        retries.perform(() -> task.perform(client, number));
      }
    }
    return System.nanoTime();
  }

  private static String percent(double part) {
    return "%.1f %%".formatted(100 * part);
  }
}
