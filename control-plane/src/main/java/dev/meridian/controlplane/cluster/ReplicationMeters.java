package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.query.ReplicationQueries.PendingFound;
import dev.meridian.model.RegionId;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures what regions lack, as this server's store has it. */
public final class ReplicationMeters implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ReplicationMeters.class);

  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final LiveDatabase live;
  private final MeterRegistry meters;
  private final MultiGauge blobs;
  private final MultiGauge bytes;
  private final Gauge lacking;
  private final Thread thread;
  private volatile long total;

  private volatile Map<RegionId, PendingFound> newest = Map.of();

  public ReplicationMeters(LiveDatabase live, MeterRegistry meters) {
    this.live = live;
    this.meters = meters;
    this.blobs =
        MultiGauge.builder("meridian.replication.pending.blobs")
            .description("Blobs that dst should hold and does not")
            .register(meters);
    this.bytes =
        MultiGauge.builder("meridian.replication.pending.bytes")
            .description("Bytes of the blobs that dst should hold and does not")
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
      while (true) {
        try {
          total = live.query(queries -> queries.forReplication().lackingBlobs()).value();
          measure(live.query(queries -> queries.forReplication().pending()).value());
        } catch (UnavailableException e) {
          log.debug("the store is not open", e);
        }
        TimeUnit.NANOSECONDS.sleep(PERIOD.toNanos());
      }
    } catch (InterruptedException e) {
      log.debug("measuring stops");
    }
  }

  private void measure(List<PendingFound> pending) {
    newest =
        pending.stream().collect(Collectors.toUnmodifiableMap(PendingFound::region, each -> each));
    register(blobs, PendingFound::blobs);
    register(bytes, PendingFound::bytes);
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
    meters.remove(lacking);
  }
}
