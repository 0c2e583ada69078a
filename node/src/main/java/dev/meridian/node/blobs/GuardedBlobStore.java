package dev.meridian.node.blobs;

import dev.meridian.model.ByteRange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a {@link StorageBreaker} how a store fares. */
public final class GuardedBlobStore implements BlobStore {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedBlobStore.class);

  private final BlobStore store;
  private final StorageBreaker breaker;

  public GuardedBlobStore(BlobStore store, StorageBreaker breaker) {
    this.store = store;
    this.breaker = breaker;
  }

  private <T> T observed(Supplier<T> call) {
    try {
      T result = call.get();
      breaker.succeeded();
      return result;
    } catch (BlobStoreException e) {
      observe(e);
      throw e;
    }
  }

  private void observed(Runnable call) {
    var unused =
        observed(() -> {
          call.run();
          return Optional.empty();
        });
  }

  /** What may succeed without storage: that says nothing of it. */
  private <T> T observedIfItFails(Supplier<T> call) {
    try {
      return call.get();
    } catch (BlobStoreException e) {
      observe(e);
      throw e;
    }
  }

  /** That something is not there, or that there is too much, is an answer. */
  private void observe(BlobStoreException e) {
    switch (e.kind()) {
      case UNAVAILABLE, FULL -> breaker.failed();
      case NOT_FOUND, THROTTLED, REFUSED -> breaker.succeeded();
    }
  }

  @Override
  public UploadState begin(String key) {
    return store.begin(key);
  }

  @Override
  public ObjectUpload resume(UploadState state) {
    return new GuardedUpload(observedIfItFails(() -> store.resume(state)));
  }

  @Override
  public UploadState recover(UploadState state) {
    return observed(() -> store.recover(state));
  }

  @Override
  public BlobBody open(String key, ByteRange range, Duration patience) {
    return switch (observedIfItFails(() -> store.open(key, range, patience))) {
      case BlobBody.FileBody file -> file;
      case BlobBody.StreamBody body ->
          new BlobBody.StreamBody(new GuardedStream(body.stream(), body.length()), body.length());
    };
  }

  @Override
  public Optional<Long> size(String key) {
    return observed(() -> store.size(key));
  }

  @Override
  public Optional<URI> presign(String key, Duration life, String contentType) {
    return store.presign(key, life, contentType);
  }

  @Override
  public void delete(String key) {
    observed(() -> store.delete(key));
  }

  @Override
  public ObjectListing list(String hourPrefix, Optional<String> after, int limit) {
    return observed(() -> store.list(hourPrefix, after, limit));
  }

  /** Storage that asks for fewer requests is there, unless it never says anything else. */
  @Override
  public void probe() {
    try {
      store.probe();
      breaker.probed();
    } catch (BlobStoreException e) {
      if (e.kind() == BlobStoreException.Kind.THROTTLED && breaker.probeThrottled()) {
        LOG.debug("a probe was throttled", e);
        return;
      }
      breaker.probeFailed();
      throw e;
    }
  }

  @Override
  public void close() {
    store.close();
  }

  /** Bytes that may break off on their way: only the last of them is a success. */
  private final class GuardedStream extends FilterInputStream {

    private long left;

    GuardedStream(InputStream in, long length) {
      super(in);
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        int count = in.read(target, offset, length);
        if (count > 0) {
          left -= count;
          if (left == 0) {
            breaker.succeeded();
          }
        }
        return count;
      } catch (IOException | BlobStoreException e) {
        breaker.failed();
        throw e;
      }
    }
  }

  /** Bytes may wait here until they are flushed or completed: only that they were is a success. */
  private final class GuardedUpload implements ObjectUpload {

    private final ObjectUpload upload;
    private final long before;

    GuardedUpload(ObjectUpload upload) {
      this.upload = upload;
      this.before = upload.length();
    }

    private <T> T stored(Supplier<T> call) {
      return upload.length() > before ? observed(call) : observedIfItFails(call);
    }

    @Override
    public void append(InputStream body) throws IOException {
      try {
        upload.append(body);
      } catch (BlobStoreException e) {
        observe(e);
        throw e;
      }
    }

    @Override
    public long length() {
      return upload.length();
    }

    @Override
    public UploadState flush(boolean more) {
      return stored(() -> upload.flush(more));
    }

    @Override
    public StoredObject complete() {
      return stored(upload::complete);
    }

    @Override
    public void abort() {
      try {
        upload.abort();
      } catch (BlobStoreException e) {
        observe(e);
        throw e;
      }
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
      upload.close();
    }
  }
}
