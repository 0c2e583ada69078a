package dev.meridian.node.replication;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.CopyQueries.MissingBlob;
import dev.meridian.node.metadata.Membership;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a node has copied into its region, and how far the region is behind the others. */
public final class ReplicationProgress {

  private static final Duration RATE_WINDOW = Duration.ofSeconds(30);

  private record Copied(long atNanos, long bytes) {}

  private final RegionId region;
  private final Counter blobs;
  private final Counter bytes;
  private final Counter errors;
  private final MultiGauge lag;
  private final Deque<Copied> recent = new ArrayDeque<>();

  /** In milliseconds, by region that holds what is lacking. */
  private volatile Map<RegionId, Long> ages = Map.of();

  ReplicationProgress(RegionId region, MeterRegistry meters) {
    this.region = region;
    this.blobs =
        counter(meters, "meridian.replication.copied.blobs", "Blobs copied into the region");
    this.bytes = counter(meters, "meridian.replication.copied.bytes", "Bytes of these");
    this.errors = counter(meters, "meridian.replication.errors", "Copies that failed");
    this.lag =
        MultiGauge.builder("meridian.replication.lag.seconds")
            .description("Age of the oldest blob that src holds and dst lacks")
            .register(meters);
  }

  private Counter counter(MeterRegistry meters, String name, String description) {
    return Counter.builder(name)
        .description(description)
        .tag("region", region.value())
        .register(meters);
  }

  void copied(long size) {
    blobs.increment();
    bytes.increment(size);
    synchronized (recent) {
      recent.addLast(new Copied(System.nanoTime(), size));
      dropOld();
    }
  }

  void failed() {
    errors.increment();
  }

  /** The oldest of what this region lacks now, for each region that has it; none: no lag. */
  void lags(List<RegionId> others, List<MissingBlob> missing, long nowMillis) {
    Map<RegionId, Long> oldest = new TreeMap<>();
    others.forEach(other -> oldest.put(other, 0L));
    for (MissingBlob blob : missing) {
      for (RegionId holder : blob.holders()) {
        oldest.merge(holder, Math.max(0, nowMillis - blob.sinceMillis()), Math::max);
      }
    }
    ages = oldest;
    // Rows that are there already stay: a scrape between removal and renewal would see both.
    lag.register(
        oldest.keySet().stream()
            .<Row<?>>map(source ->
                Row.of(
                    Tags.of("src", source.value(), "dst", region.value()),
                    source,
                    known -> ages.getOrDefault(known, 0L) / 1000.0))
            .toList(),
        false);
  }

  /** All of it, as the metadata plane is told. */
  public Membership.Copying report() {
    return new Membership.Copying(
        (long) blobs.count(), (long) bytes.count(), (long) errors.count(), bytesPerSecond());
  }

  private long bytesPerSecond() {
    synchronized (recent) {
      dropOld();
      return recent.stream().mapToLong(Copied::bytes).sum() / RATE_WINDOW.toSeconds();
    }
  }

  private void dropOld() {
    long oldest = System.nanoTime() - RATE_WINDOW.toNanos();
    while (!recent.isEmpty() && recent.getFirst().atNanos() < oldest) {
      recent.removeFirst();
    }
  }
}
