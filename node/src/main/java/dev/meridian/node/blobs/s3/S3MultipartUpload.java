package dev.meridian.node.blobs.s3;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.StoredObject;
import dev.meridian.node.blobs.UploadState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hold on a session of {@link S3BlobStore}. Bytes wait in memory at first; beyond {@code
 * inMemory} they go to spooled parts, of which one is filled while the one before is sent. What
 * fits into one part is never more than one PUT.
 */
final class S3MultipartUpload implements ObjectUpload {

  private static final Logger LOG = LoggerFactory.getLogger(S3MultipartUpload.class);
  private static final int BUFFER = 64 << 10;

  private final S3Resources shared;
  private final String session;
  private final List<String> leftovers = new ArrayList<>();
  private PartPipeline parts;
  private Optional<S3UploadState.Tail> tail;
  private Optional<PartBytes> pending = Optional.empty();
  private boolean pendingInMemory;
  private long length;
  private boolean broken;
  private boolean ended;

  S3MultipartUpload(S3Resources shared, S3UploadState state, PartPipeline parts) {
    this.shared = shared;
    this.session = state.session();
    this.parts = parts;
    this.tail = state.tail();
    this.length = state.length();
  }

  @Override
  public void append(InputStream body) throws IOException {
    requireUsable();
    byte[] buffer = new byte[BUFFER];
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      if (count > 0) {
        broken = true;
        makeAppendable();
        spool(buffer, count);
        length += count;
        broken = false;
      }
    }
  }

  /** Reads back what cannot be followed by other bytes where it is. */
  private void makeAppendable() {
    if (parts.closed()) {
      // Against expectation: the stream before was not the last.
      tail = Optional.of(new S3UploadState.Tail(parts.complete(), length));
      parts = PartPipeline.begin(shared, session);
    }
    readTailBack();
  }

  private void readTailBack() {
    if (tail.isEmpty()) {
      return;
    }
    S3UploadState.Tail object = tail.get();
    long left = object.length();
    byte[] buffer = new byte[BUFFER];
    try (BlobBody body =
            shared.requests().get(object.key(), ByteRange.whole(left), BlobStore.PATIENCE);
        InputStream stream = body.openStream()) {
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        spool(buffer, count);
        left -= count;
      }
    } catch (IOException e) {
      throw new BlobStoreException(Kind.UNAVAILABLE, "reading back " + object.key(), e);
    }
    if (left != 0) {
      throw new BlobStoreException(
          Kind.UNAVAILABLE, object.key() + " ended " + left + " bytes early");
    }
    tail = Optional.empty();
    leftovers.add(object.key());
  }

  private void spool(byte[] buffer, int count) {
    for (int at = 0; at < count; ) {
      if (pending.isEmpty()) {
        pending = Optional.of(room());
      }
      int taken = pending.get().write(buffer, at, count - at);
      if (taken == 0) {
        makeRoom(pending.get());
      }
      at += taken;
    }
  }

  private PartBytes room() {
    Optional<PartBytes> memory = parts.begun() ? Optional.empty() : shared.memory().tryOpen();
    pendingInMemory = memory.isPresent();
    return memory.orElseGet(() -> shared.spool().open(shared.sizes().of(parts.next())));
  }

  private void makeRoom(PartBytes full) {
    if (!pendingInMemory) {
      pending = Optional.empty();
      parts.send(full);
      parts.awaitRoom();
      return;
    }
    PartBytes spooled = shared.spool().open(shared.sizes().of(parts.next()));
    pending = Optional.of(spooled);
    pendingInMemory = false;
    try (full) {
      full.writeTo(streamTo(spooled));
    } catch (IOException e) {
      throw new BlobStoreException(Kind.UNAVAILABLE, "copying to the spool", e);
    }
  }

  /** Memory never holds more than a part does. */
  private static OutputStream streamTo(PartBytes part) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int count) {
        part.write(bytes, offset, count);
      }
    };
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public UploadState flush(boolean more) {
    requireUsable();
    broken = true;
    if (pending.isPresent()) {
      if (becomesObject(pending.get(), more)) {
        tail = Optional.of(new S3UploadState.Tail(put(length), pending.get().length()));
        dropPending();
      } else {
        sendPending();
      }
    }
    Optional<S3UploadState.Parts> sent =
        parts.begun() ? Optional.of(parts.state()) : Optional.empty();
    broken = false;
    ended = true;
    return new S3UploadState(session, length, sent, tail).encode();
  }

  /** Whether bytes are better kept as a plain object than as a part. */
  private boolean becomesObject(PartBytes bytes, boolean more) {
    return more ? bytes.length() < shared.sizes().leastOf(parts.next()) : !parts.begun();
  }

  @Override
  public StoredObject complete() {
    requireUsable();
    broken = true;
    String key;
    if (parts.begun()) {
      readTailBack();
      sendPending();
      key = parts.complete();
    } else if (tail.isPresent()) {
      // All bytes were taken for the last ones, and they were.
      key = tail.get().key();
    } else {
      if (pending.isEmpty()) {
        pending = Optional.of(shared.spool().open(0));
      }
      key = put(0);
      dropPending();
    }
    broken = false;
    ended = true;
    return new StoredObject(key, length, leftovers);
  }

  private String put(long end) {
    String key = ObjectKeys.createWithin(session, end);
    shared.requests().put(key, pending.orElseThrow());
    return key;
  }

  private void sendPending() {
    Optional<PartBytes> last = pending;
    pending = Optional.empty();
    last.ifPresent(parts::send);
  }

  private void dropPending() {
    Optional<PartBytes> dropped = pending;
    pending = Optional.empty();
    dropped.ifPresent(PartBytes::close);
  }

  @Override
  public void abort() {
    requireOpen();
    dropPending();
    parts.abort();
    tail.map(S3UploadState.Tail::key).ifPresent(leftovers::add);
    ended = true;
  }

  @Override
  public List<String> leftovers() {
    return List.copyOf(leftovers);
  }

  @Override
  public Optional<InputStream> untaken() {
    return pending.filter(bytes -> !ended && bytes.length() == length).map(PartBytes::openStream);
  }

  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    dropPending();
    parts.cancel();
    // Nobody has a state of it. If storage is ill, the sweeper will find it when it is well again.
    if (parts.begunHere() && !broken) {
      try {
        parts.abort();
      } catch (BlobStoreException e) {
        LOG.warn("an upload that nobody goes on with stays until it is swept", e);
      }
    }
  }

  private void requireUsable() {
    requireOpen();
    if (broken) {
      throw new IllegalStateException("the hold on " + session + " is broken: storage failed");
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the hold on " + session + " has ended");
    }
  }
}
