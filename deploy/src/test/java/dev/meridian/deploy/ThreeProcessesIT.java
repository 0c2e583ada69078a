package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreeProcessesIT {

  private static final String REPOSITORY = "demo/app";
  private static final int PUSHERS = 3;
  private static final int PUSHES_A_PHASE = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BETWEEN_PUSHES = Duration.ofMillis(200);
  private static final Duration BETWEEN_CHECKS = Duration.ofMillis(20);

  @TempDir private Path directory;

  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final Queue<String> notReady = new ConcurrentLinkedQueue<>();
  private final AtomicInteger names = new AtomicInteger();

  /** Each process is killed in turn, so one of the kills, at least, meets the leader. */
  @Test
  void losesNoAcknowledgedPushWhenAnyProcessIsKilled() throws Exception {
    try (ProcessCluster cluster = ProcessCluster.start(directory)) {
      for (int victim = 0; victim < ProcessCluster.REGIONS.size(); victim++) {
        killDuringPushes(cluster, victim);
      }
      for (int region = 0; region < ProcessCluster.REGIONS.size(); region++) {
        assertThat(cluster.process(region).terminate(Duration.ofSeconds(60))).isZero();
      }
    }
  }

  private void killDuringPushes(ProcessCluster cluster, int victim) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> pushers =
          IntStream.range(0, PUSHERS)
              .<Future<?>>mapToObj(i -> threads.submit(() -> pushUntil(stop, cluster, i)))
              .toList();
      IntStream.range(0, ProcessCluster.REGIONS.size())
          .filter(region -> region != victim)
          .forEach(region -> threads.submit(() -> watchReadiness(stop, cluster, region)));
      try {
        awaitPushes(pushers);
        cluster.kill(victim);
        awaitPushes(pushers);
        cluster.restart(victim);
        cluster.awaitServing(victim);
        awaitPushes(pushers);
      } finally {
        stop.set(true);
      }
      for (Future<?> pusher : pushers) {
        pusher.get();
      }
    }
    assertThat(notReady).as("readyz of those that were not killed").isEmpty();
    for (int region = 0; region < ProcessCluster.REGIONS.size(); region++) {
      for (Map.Entry<String, String> push : acknowledged.entrySet()) {
        assertThat(cluster.client(region).resolve(REPOSITORY, push.getKey()))
            .as("tag %s in %s", push.getKey(), ProcessCluster.REGIONS.get(region))
            .isEqualTo(push.getValue());
      }
    }
  }

  private void awaitPushes(List<Future<?>> pushers) throws Exception {
    int target = acknowledged.size() + PUSHES_A_PHASE;
    Eventually.get(
        PATIENCE,
        () -> {
          assertThat(pushers).noneMatch(Future::isDone);
          return assertThat(acknowledged).hasSizeGreaterThan(target);
        });
  }

  /** A client as there are many: it retries what fails, at another region. */
  private Void pushUntil(AtomicBoolean stop, ProcessCluster cluster, int first)
      throws InterruptedException {
    while (!stop.get()) {
      int name = names.incrementAndGet();
      TestImage image = TestImage.of(name, 20_000);
      int region = first;
      while (!stop.get() && !pushes(cluster.client(region), "t" + name, image)) {
        region = (region + 1) % ProcessCluster.REGIONS.size();
      }
      // Every tag is read in every region after every kill: that took most of the test.
      LockSupport.parkNanos(BETWEEN_PUSHES.toNanos());
    }
    return null;
  }

  private boolean pushes(RegistryClient client, String tag, TestImage image)
      throws InterruptedException {
    try {
      client.push(REPOSITORY, tag, image);
      acknowledged.put(tag, image.digest());
      return true;
    } catch (AssertionError | IOException e) {
      return false; // a process was killed: not acknowledged, so nothing is promised
    }
  }

  private Void watchReadiness(AtomicBoolean stop, ProcessCluster cluster, int region)
      throws Exception {
    while (!stop.get()) {
      int status = cluster.client(region).status("/readyz");
      if (status != 200) {
        notReady.add(ProcessCluster.REGIONS.get(region) + " answered " + status);
      }
      // Asked without a pause the processes did little else than answer this.
      LockSupport.parkNanos(BETWEEN_CHECKS.toNanos());
    }
    return null;
  }
}
