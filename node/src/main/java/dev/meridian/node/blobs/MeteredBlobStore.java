package dev.meridian.node.blobs;

import dev.meridian.model.ByteRange;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Counts the sessions that are worked on, and times a store's actions as {@code
 * registry_storage_action_seconds{driver,action}}, by the names that Distribution gives them.
 * {@code Reader} and {@code Writer} are the opening only, as there; how long a body takes is its
 * client's doing.
 */
public final class MeteredBlobStore implements BlobStore {

  private static final String NAME = "registry.storage.action";

  /** Distribution's buckets, so that its dashboards find their percentiles. */
  private static final Duration[] BUCKETS =
      Stream.of(5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000)
          .map(Duration::ofMillis)
          .toArray(Duration[]::new);

  private final BlobStore store;
  private final String driver;
  private final MeterRegistry registry;
  private final AtomicInteger sessions = new AtomicInteger();

  /**
   * @param driver the tag's value: {@code s3} or {@code filesystem}
   */
  public MeteredBlobStore(BlobStore store, String driver, MeterRegistry registry) {
    this.store = store;
    this.driver = driver;
    this.registry = registry;
    Gauge.builder("meridian.upload.sessions", sessions, AtomicInteger::get)
        .description("Upload sessions that a request of this node works on now")
        .register(registry);
  }

  private <T> T timed(String action, Supplier<T> call) {
    return Timer.builder(NAME)
        .description("Duration of the actions of object storage")
        .serviceLevelObjectives(BUCKETS)
        .tag("driver", driver)
        .tag("action", action)
        .register(registry)
        .record(call);
  }

  private void timed(String action, Runnable call) {
    timed(
        action,
        () -> {
          call.run();
          return Optional.empty();
        });
  }

  @Override
  public UploadState begin(String key) {
    return store.begin(key);
  }

  @Override
  public ObjectUpload resume(UploadState state) {
    return new MeteredUpload(timed("Writer", () -> store.resume(state)));
  }

  @Override
  public UploadState recover(UploadState state) {
    return timed("Recover", () -> store.recover(state));
  }

  @Override
  public BlobBody open(String key, ByteRange range, Duration patience) {
    return timed("Reader", () -> store.open(key, range, patience));
  }

  @Override
  public Optional<Long> size(String key) {
    return timed("Stat", () -> store.size(key));
  }

  @Override
  public Optional<URI> presign(String key, Duration life, String contentType) {
    return timed("RedirectURL", () -> store.presign(key, life, contentType));
  }

  @Override
  public void delete(String key) {
    timed("Delete", () -> store.delete(key));
  }

  @Override
  public ObjectListing list(String hourPrefix, Optional<String> after, int limit) {
    return timed("List", () -> store.list(hourPrefix, after, limit));
  }

  @Override
  public void probe() {
    timed("Probe", store::probe);
  }

  @Override
  public void close() {
    store.close();
  }

  private final class MeteredUpload implements ObjectUpload {

    private final ObjectUpload upload;
    private final AtomicBoolean closed = new AtomicBoolean();

    MeteredUpload(ObjectUpload upload) {
      this.upload = upload;
      sessions.incrementAndGet();
    }

    @Override
    public void append(InputStream body) throws IOException {
      upload.append(body);
    }

    @Override
    public long length() {
      return upload.length();
    }

    @Override
    public UploadState flush(boolean more) {
      return timed("Flush", () -> upload.flush(more));
    }

    @Override
    public StoredObject complete() {
      return timed("Commit", upload::complete);
    }

    @Override
    public void abort() {
      timed("Cancel", upload::abort);
    }

    @Override
    public List<String> leftovers() {
      return upload.leftovers();
    }

    @Override
    public Optional<InputStream> untaken() {
      return upload.untaken();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        sessions.decrementAndGet();
      }
      upload.close();
    }
  }
}
