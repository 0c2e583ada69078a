package dev.meridian.node.sweep;

import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.routing.OwnerSelector;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a region's storage to what the metadata plane knows (DESIGN, "Objects"), from time to time
 * and in the background. The region's nodes share the work.
 */
public final class ObjectSweeper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ObjectSweeper.class);

  private final DoomedSweep doomed;
  private final OrphanSweep orphans;
  private final SweepSettings settings;
  private final MeterRegistry meters;
  private Thread thread;

  public ObjectSweeper(
      RegionId region,
      MetadataClient metadata,
      BlobStore store,
      OwnerSelector owners,
      SweepSettings settings,
      MeterRegistry meters) {
    this.doomed = new DoomedSweep(region, metadata, store, owners, settings.doomedGrace());
    this.orphans = new OrphanSweep(region, metadata, store, owners, settings);
    this.settings = settings;
    this.meters = meters;
  }

  /** Begins to sweep, a while from now. */
  public void start() {
    thread = Thread.ofVirtual().name("object-sweeper").start(this::sweepUntilInterrupted);
  }

  private void sweepUntilInterrupted() {
    try {
      Thread.sleep(settings.firstAfter());
      while (true) {
        sweep();
        Thread.sleep(settings.period());
      }
    } catch (InterruptedException e) {
      LOG.debug("the sweeper stops");
    }
  }

  /** Sweeps once; what fails is tried again the next time. */
  void sweep() {
    attempt("deleted", doomed::run);
    attempt("orphans", orphans::run);
  }

  private void attempt(String what, Sweep sweep) {
    try {
      int count = sweep.run();
      meters.counter("meridian.gc.objects", "action", what).increment(count);
      if (count > 0) {
        LOG.info("swept object storage: {} {}", count, what);
      }
    } catch (RuntimeException e) {
      LOG.warn("sweeping object storage ({}) broke off; it goes on later", what, e);
    }
  }

  private interface Sweep {
    int run();
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
      try {
        thread.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
