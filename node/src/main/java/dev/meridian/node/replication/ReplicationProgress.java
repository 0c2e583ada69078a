package dev.meridian.node.replication;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** What a node has copied into its region. */
public final class ReplicationProgress {

  private static final Duration RATE_WINDOW = Duration.ofSeconds(30);

  private record Copied(long atNanos, long bytes) {}

  private final Counter blobs;
  private final Counter bytes;
  private final Counter errors;
  private final Deque<Copied> recent = new ArrayDeque<>();

  ReplicationProgress(RegionId region, MeterRegistry meters) {
    this.blobs =
        counter(
            region, meters, "meridian.replication.copied.blobs", "Blobs copied into the region");
    this.bytes = counter(region, meters, "meridian.replication.copied.bytes", "Bytes of these");
    this.errors = counter(region, meters, "meridian.replication.errors", "Copies that failed");
  }

  private static Counter counter(
      RegionId region, MeterRegistry meters, String name, String description) {
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
