package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.query.ReplicationQueries.LackingSince;
import dev.meridian.controlplane.query.ReplicationQueries.PendingFound;
import dev.meridian.model.RegionId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures what regions lack, as this server's store has it. */
public final class ReplicationMeters implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ReplicationMeters.class);

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** What is counted all the time is read each period, what is looked through after so many. */
  private static final int LOOK = 5;

  /** What {@code dst} lacks and {@code src} holds. */
  private record Way(RegionId src, RegionId dst) {}

  private final LiveDatabase live;
  private final AppliedTimes times;
  private final MeterRegistry meters;
  private final MultiGauge blobs;
  private final MultiGauge bytes;
  private final MultiGauge lag;
  private final Gauge lacking;
  private final Thread thread;
  private volatile long total;

  private volatile Map<RegionId, PendingFound> newest = Map.of();
  private volatile Map<Way, LackingSince> oldest = Map.of();

  /**
   * @param times told of each state that is read
   */
  public ReplicationMeters(LiveDatabase live, AppliedTimes times, MeterRegistry meters) {
    this.live = live;
    this.times = times;
    this.meters = meters;
    this.blobs =
        MultiGauge.builder("meridian.replication.pending.blobs")
            .description("Blobs that dst should hold and does not")
            .register(meters);
    this.bytes =
        MultiGauge.builder("meridian.replication.pending.bytes")
            .description("Bytes of the blobs that dst should hold and does not")
            .register(meters);
    this.lag =
        MultiGauge.builder("meridian.replication.lag.seconds")
            .description("Age of the oldest blob that src holds and dst lacks")
            .register(meters);
    this.lacking =
        Gauge.builder("meridian.blobs.under.replicated", () -> total)
            .description("Blobs that some region should hold and does not")
            .register(meters);
    this.thread = Thread.ofVirtual().name("replication-meters").unstarted(this::run);
  }

  /** Begins to measure. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      for (int period = 0; ; period++) {
        try {
          observe();
          if (period % LOOK == 0) {
            measure(live.query(queries -> queries.forReplication().pending()).value());
          }
        } catch (UnavailableException e) {
          log.debug("the store is not open", e);
        }
        TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
      }
    } catch (InterruptedException e) {
      log.debug("measuring stops");
    }
  }

  private void observe() {
    Answer<Long> clusterTime = live.query(Queries::clusterTimeMillis);
    times.observe(clusterTime.revision(), clusterTime.value());
    total = live.query(queries -> queries.forReplication().lackingBlobs()).value();
  }

  private void measure(List<PendingFound> pending) {
    newest =
        pending.stream().collect(Collectors.toUnmodifiableMap(PendingFound::region, each -> each));
    register(blobs, PendingFound::blobs);
    register(bytes, PendingFound::bytes);
    oldest = oldest(newest.keySet());
    lag.register(ways(newest.keySet()).map(this::row).toList(), false);
  }

  private Map<Way, LackingSince> oldest(Set<RegionId> regions) {
    Map<Way, LackingSince> found = new HashMap<>();
    for (RegionId dst : regions) {
      Set<RegionId> others = new TreeSet<>(regions);
      others.remove(dst);
      live.query(queries -> queries.forReplication().oldestLacking(dst, others))
          .value()
          .forEach((src, since) -> found.put(new Way(src, dst), since));
    }
    return Map.copyOf(found);
  }

  private static Stream<Way> ways(Set<RegionId> regions) {
    return regions.stream()
        .flatMap(
            dst -> regions.stream().filter(src -> !src.equals(dst)).map(src -> new Way(src, dst)));
  }

  private Row<?> row(Way way) {
    Tags tags = Tags.of("src", way.src().value(), "dst", way.dst().value());
    return Row.of(tags, way, this::lagSeconds);
  }

  /** As of the moment of the scrape: what is lacking grows older whether or not it is looked at. */
  private double lagSeconds(Way way) {
    LackingSince since = oldest.get(way);
    return since == null ? 0 : times.age(since).toMillis() / 1000.0;
  }

  /** Rows that are there already stay: a scrape between removal and renewal would see both. */
  private void register(MultiGauge gauge, ToLongFunction<PendingFound> figure) {
    gauge.register(
        newest.keySet().stream()
            .<Row<?>>map(region ->
                Row.of(Tags.of("dst", region.value()), region, known -> figure(known, figure)))
            .toList(),
        false);
  }

  /** A region that was removed lacks nothing. */
  private double figure(RegionId region, ToLongFunction<PendingFound> figure) {
    PendingFound found = newest.get(region);
    return found == null ? 0 : figure.applyAsLong(found);
  }

  @Override
  public void close() {
    thread.interrupt();
    blobs.register(List.of());
    bytes.register(List.of());
    lag.register(List.of());
    meters.remove(lacking);
  }
}
