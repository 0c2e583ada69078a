package dev.meridian.loadtest.faults;

import dev.meridian.loadtest.cluster.MeridianCluster;
import dev.meridian.loadtest.cluster.RegionServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Faults of the chosen kinds until the time is over: rounds of all kinds in an order by chance, one
 * fault at a time, with quiet times in which the cluster must recover. Every third one or so meets
 * a slow network, if delays are among the kinds.
 */
public final class FaultSchedule implements Callable<List<Fault>> {

  private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(60);
  private static final int ONE_OF_SO_MANY_IS_DELAYED = 3;

  private final MeridianCluster cluster;
  private final Set<FaultKind> kinds;
  private final Pace pace;
  private final Random random;
  private final FaultInjector injector;
  private final long end;
  private volatile String now = "quiet";

  /**
   * @param victims the regions that faults meet, but for the kill of the leader
   * @param end on {@link System#nanoTime}; no fault begins that would not have recovered about then
   */
  public FaultSchedule(
      MeridianCluster cluster,
      Set<FaultKind> kinds,
      List<String> victims,
      Pace pace,
      long seed,
      long end) {
    this.cluster = cluster;
    this.kinds = kinds;
    this.pace = pace;
    this.random = new Random(seed);
    this.injector = new FaultInjector(cluster, victims, random);
    this.end = end;
  }

  /** What happens just now, for people; may be asked by any thread. */
  public String now() {
    return now;
  }

  /**
   * Runs the schedule.
   *
   * @throws IOException when a region does not recover within a minute, or cannot be started
   */
  @Override
  public List<Fault> call() throws IOException, InterruptedException {
    List<Fault> faults = new ArrayList<>();
    List<FaultKind> round = new ArrayList<>();
    while (true) {
      if (round.isEmpty()) {
        round.addAll(kinds);
        Collections.shuffle(round, random);
      }
      Duration quiet = Pace.some(pace.quiet(), random);
      Duration length = Pace.some(pace.fault(), random);
      boolean fits = end - System.nanoTime() > quiet.plus(length).plus(pace.quiet()).toNanos();
      if (round.isEmpty() || !fits) {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, end - System.nanoTime()));
        return faults;
      }
      TimeUnit.NANOSECONDS.sleep(quiet.toNanos());
      faults.add(inject(round.removeFirst(), length));
    }
  }

  private Fault inject(FaultKind kind, Duration length) throws IOException, InterruptedException {
    boolean delayed =
        kind != FaultKind.DELAY
            && kinds.contains(FaultKind.DELAY)
            && random.nextInt(ONE_OF_SO_MANY_IS_DELAYED) == 0;
    if (delayed) {
      injector.slowDown();
    }
    long start = System.nanoTime();
    FaultInjector.Begun begun = injector.begin(kind);
    now = kind.label() + " " + begun.what();
    TimeUnit.NANOSECONDS.sleep(kind == FaultKind.RESTART ? 0 : length.toNanos());
    begun.ending().end();
    long over = System.nanoTime();
    for (RegionServer server : cluster.servers()) {
      server.awaitServing(LONGEST_RECOVERY);
    }
    long recovered = System.nanoTime();
    if (delayed) {
      injector.speedUp();
    }
    now = "quiet";
    return new Fault(kind, begun.what(), delayed, start, over, recovered);
  }
}
