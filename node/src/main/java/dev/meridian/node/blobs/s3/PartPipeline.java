package dev.meridian.node.blobs.s3;

import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.ObjectKeys;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A multipart upload whose parts are sent in the background, in order of their numbers. Storage
 * learns of it with its first part. Not thread-safe.
 */
final class PartPipeline {

  /** A part that is being sent, and the thread that does. */
  private record Flight(FutureTask<String> tag, Thread thread) {}

  private final S3Resources shared;
  private final String session;
  private final List<String> tags;
  private final Deque<Flight> flights = new ArrayDeque<>();

  // Both null before the first part.
  private String key;
  private String uploadId;

  private boolean begunHere;
  private boolean closed;

  private PartPipeline(S3Resources shared, String session, PartTags tags) {
    this.shared = shared;
    this.session = session;
    this.tags = new ArrayList<>(tags.tags());
  }

  /** An upload that storage does not know yet. */
  static PartPipeline begin(S3Resources shared, String session) {
    return new PartPipeline(shared, session, PartTags.NONE);
  }

  /** An upload that has parts with these tags. */
  static PartPipeline resume(
      S3Resources shared, String session, S3UploadState.Parts parts, PartTags tags) {
    PartPipeline pipeline = new PartPipeline(shared, session, tags);
    pipeline.key = parts.key();
    pipeline.uploadId = parts.uploadId();
    pipeline.closed = parts.closed();
    return pipeline;
  }

  /** Whether storage knows the upload. */
  boolean begun() {
    return uploadId != null;
  }

  /** Whether it was begun by this object. */
  boolean begunHere() {
    return begunHere;
  }

  /** Whether no part can follow. */
  boolean closed() {
    return closed;
  }

  /** The number of the next part. */
  int next() {
    return tags.size() + flights.size() + 1;
  }

  /** Begins to send the next part, and closes it whatever happens. */
  void send(PartBytes part) {
    closed = part.length() < shared.sizes().leastOf(next());
    boolean sent = false;
    try {
      begin();
      int number = next();
      FutureTask<String> tag =
          new FutureTask<>(() -> {
            try (part) {
              return shared.requests().putPart(key, uploadId, number, part);
            }
          });
      flights.add(new Flight(tag, Thread.startVirtualThread(tag)));
      sent = true;
    } finally {
      if (!sent) {
        part.close();
      }
    }
  }

  private void begin() {
    if (!begun()) {
      String newKey = ObjectKeys.createWithin(session, 0);
      uploadId = shared.requests().create(newKey);
      key = newKey;
      begunHere = true;
    }
  }

  /** Waits until at most one part is being sent: then there may be another spooled part. */
  void awaitRoom() {
    while (flights.size() > 1) {
      landFirst();
    }
  }

  /** Waits for all parts. */
  PartTags settle() {
    while (!flights.isEmpty()) {
      landFirst();
    }
    return new PartTags(tags);
  }

  private void landFirst() {
    Flight flight = flights.element();
    try {
      tags.add(flight.tag().get());
      flights.remove();
    } catch (ExecutionException e) {
      flights.remove();
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new BlobStoreException(Kind.UNAVAILABLE, "sending a part of " + key, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BlobStoreException(
          Kind.UNAVAILABLE, "interrupted while a part of " + key + " was sent", e);
    }
  }

  /** Where the upload stands, once it is settled; other holds go on from there. */
  S3UploadState.Parts state() {
    PartTags settled = settle();
    shared.tags().put(uploadId, settled);
    return new S3UploadState.Parts(key, uploadId, settled.count(), settled.hash(), closed);
  }

  /** Makes the object of all parts; returns its key. */
  String complete() {
    PartTags settled = settle();
    try {
      shared.requests().complete(key, uploadId, settled);
    } catch (BlobStoreException e) {
      requireCompleted(settled, e);
    }
    shared.tags().remove(uploadId);
    return key;
  }

  /**
   * When an answer was lost, the upload may be gone because it was completed. No other upload ever
   * has this key, but another writer may have completed it with other parts: only the tag tells.
   */
  private void requireCompleted(PartTags settled, BlobStoreException failure) {
    boolean unknown = failure.kind() == Kind.NOT_FOUND || failure.kind() == Kind.UNAVAILABLE;
    if (!unknown || settled.ofObject().isEmpty()) {
      throw failure;
    }
    try {
      boolean completed =
          shared.requests().head(key).map(S3Requests.Head::tag).equals(settled.ofObject());
      if (!completed) {
        throw failure;
      }
    } catch (BlobStoreException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  /** Removes the upload from storage, if it knows of it. */
  void abort() {
    cancel();
    if (begun()) {
      // Parts that arrive after it would stay for ever: hence only now, that none is under way.
      shared.requests().abort(key, uploadId);
      shared.tags().remove(uploadId);
    }
  }

  /** Stops sending. */
  void cancel() {
    flights.forEach(flight -> flight.thread().interrupt());
    boolean interrupted = false;
    while (!flights.isEmpty()) {
      try {
        flights.peek().thread().join();
        flights.remove();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
