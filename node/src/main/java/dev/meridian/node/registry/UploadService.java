package dev.meridian.node.registry;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.UploadId;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.DigestingStream;
import dev.meridian.node.blobs.DigestingStream.Running;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.UploadConflictException;
import dev.meridian.node.blobs.UploadState;
import dev.meridian.node.fetch.RegionCopies;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataRejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Uploads of blobs (OCI distribution-spec, "Pushing blobs"). A session is wholly in its signed
 * token, so that any node of the region goes on with it; requests of sessions of another region are
 * passed on, see {@link #regionOf}.
 */
public final class UploadService {

  private final RegionId region;
  private final MetadataClient metadata;
  private final BlobStore store;
  private final Duration expiry;
  private final UploadTokens tokens;
  private final SessionMemory memory = new SessionMemory();
  private final UploadCompletion completion;

  /**
   * @param copies of the region whose storage {@code store} is
   * @param expiry life of a session in cluster time
   */
  public UploadService(
      RegionCopies copies, MetadataClient metadata, BlobStore store, Duration expiry) {
    this.region = copies.region();
    this.metadata = metadata;
    this.store = store;
    this.expiry = expiry;
    this.tokens = new UploadTokens(metadata);
    this.completion = new UploadCompletion(copies, metadata, store, expiry);
  }

  /** The region in which the session is at home: its nodes answer all other requests of it. */
  public RegionId regionOf(Caller caller, RepositoryName repository, String token) {
    return tokens.verify(caller.principal(), repository, token).region();
  }

  /** Begins a session. Storage hears of it with the first bytes. */
  public UploadSession begin(Caller caller, RepositoryName repository, Digest.Algorithm algorithm) {
    return session(repository, newToken(caller, algorithm));
  }

  /** Where the session stands in storage, which may be further than the token says. */
  public UploadSession status(Caller caller, RepositoryName repository, String text) {
    return session(repository, recovered(open(caller, repository, text)));
  }

  /** Ends the session and frees what storage holds of it. */
  public void cancel(Caller caller, RepositoryName repository, String text) {
    UploadToken token = open(caller, repository, text);
    try (ObjectUpload upload = resume(recovered(token)).orElseThrow(UploadService::ended)) {
      upload.abort();
      completion.doom(upload.leftovers());
    } catch (UploadConflictException e) {
      throw outOfOrder(repository, token, "another request writes to this upload");
    }
    memory.end(token.id());
  }

  /**
   * Appends bytes to the session.
   *
   * @param range of the bytes within the blob, when the client says so
   * @param standIn takes them when storage does not
   * @throws IOException what the body threw; the session stays as it was
   * @throws RegistryException {@code CHUNK_OUT_OF_ORDER} when the bytes do not follow those so far,
   *     {@code SIZE_INVALID} when there are not as many as the range says
   */
  public UploadSession append(
      Caller caller,
      RepositoryName repository,
      String text,
      Optional<ByteRange> range,
      InputStream body,
      StandIn standIn)
      throws IOException {
    UploadToken token = open(caller, repository, text);
    checkOrder(repository, token, range);
    try (ObjectUpload upload = resume(token).orElseThrow(UploadService::ended)) {
      Optional<Running> digest = memory.digest(token, token.algorithm());
      append(upload, range, body, digest);
      UploadState state;
      try {
        state = upload.flush(range.isPresent());
      } catch (BlobStoreException e) {
        return untaken(upload, e)
            .flatMap(bytes -> standIn.begin(repository, token.algorithm(), bytes, upload.length()))
            .orElseThrow(() -> e);
      }
      completion.doom(upload.leftovers());
      UploadToken next = token.at(state, digest.flatMap(d -> d.digest(token.algorithm())));
      digest.ifPresent(running -> memory.keep(next, running));
      return session(repository, next);
    } catch (UploadConflictException e) {
      throw outOfOrder(repository, token, "another request wrote to this upload");
    }
  }

  /**
   * Appends the last bytes, if there are any, and makes a blob of the session. When the session is
   * over, an earlier request did all that, and its answer was lost; or all but the last step, for
   * which no quorum was there, and that is done now.
   *
   * @param standIn takes the bytes when storage does not
   * @throws IOException what the body threw; the session stays as it was
   */
  public void finish(
      Caller caller,
      RepositoryName repository,
      String text,
      Optional<ByteRange> range,
      InputStream body,
      Digest claimed,
      StandIn standIn)
      throws IOException {
    UploadToken token = tokens.verify(caller.principal(), repository, text);
    if (memory.hasEnded(token.id())) {
      if (!isFinished(repository, claimed)) {
        throw ended();
      }
      return;
    }
    checkOrder(repository, token, range);
    try {
      Optional<ObjectUpload> unfinished = resume(token);
      if (unfinished.isEmpty()) {
        finishAgain(caller, repository, token, claimed);
        return;
      }
      try (ObjectUpload upload = unfinished.get()) {
        finish(caller, repository, token, upload, range, body, claimed, standIn);
      }
    } catch (UploadConflictException e) {
      throw outOfOrder(repository, token, "another request wrote to this upload");
    }
  }

  private void finish(
      Caller caller,
      RepositoryName repository,
      UploadToken token,
      ObjectUpload upload,
      Optional<ByteRange> range,
      InputStream body,
      Digest claimed,
      StandIn standIn)
      throws IOException {
    Optional<Running> digest = memory.digest(token, claimed.algorithm());
    append(upload, range, body, digest);
    Optional<Digest> taken =
        digest
            .flatMap(running -> running.digest(claimed.algorithm()))
            .or(() -> knownAt(token, upload.length(), claimed.algorithm()));
    complete(caller, repository, token, upload, claimed, taken, standIn);
    memory.end(token.id());
  }

  /**
   * Takes a whole blob in one request.
   *
   * @param standIn takes it when storage does not
   * @throws IOException what the body threw; nothing is left behind
   */
  public void push(
      Caller caller, RepositoryName repository, InputStream body, Digest claimed, StandIn standIn)
      throws IOException {
    UploadToken token = newToken(caller, claimed.algorithm());
    try (ObjectUpload upload = store.resume(token.state())) {
      Running digest = Running.of(claimed.algorithm());
      try {
        upload.append(new DigestingStream(body, digest));
      } catch (IOException e) {
        upload.abort();
        completion.doom(upload.leftovers());
        throw e;
      }
      complete(
          caller, repository, token, upload, claimed, digest.digest(claimed.algorithm()), standIn);
    }
  }

  private void complete(
      Caller caller,
      RepositoryName repository,
      UploadToken token,
      ObjectUpload upload,
      Digest claimed,
      Optional<Digest> taken,
      StandIn standIn) {
    try {
      completion.complete(caller, repository, upload, token.expiresMillis(), claimed, taken);
    } catch (BlobStoreException e) {
      boolean pushed =
          untaken(upload, e)
              .map(bytes -> standIn.push(repository, claimed, bytes, upload.length()))
              .orElse(false);
      if (!pushed) {
        throw e;
      }
    }
  }

  /** What storage that fails has nothing of; one that only asks for fewer requests is there. */
  private static Optional<InputStream> untaken(ObjectUpload upload, BlobStoreException failure) {
    return switch (failure.kind()) {
      case UNAVAILABLE, FULL -> upload.untaken();
      case NOT_FOUND, THROTTLED, REFUSED -> Optional.empty();
    };
  }

  private UploadToken newToken(Caller caller, Digest.Algorithm algorithm) {
    long now = metadata.clusterTimeMillis();
    UploadState state = store.begin(ObjectKeys.create(now));
    return new UploadToken(
        UploadId.random(),
        caller.principal(),
        region,
        algorithm,
        now + expiry.toMillis(),
        state,
        Optional.empty());
  }

  private UploadToken open(Caller caller, RepositoryName repository, String text) {
    UploadToken token = tokens.verify(caller.principal(), repository, text);
    if (memory.hasEnded(token.id())) {
      throw ended();
    }
    return token;
  }

  /** Storage's hold on the session; empty when it was completed or aborted. */
  private Optional<ObjectUpload> resume(UploadToken token) {
    try {
      return Optional.of(store.resume(token.state()));
    } catch (BlobStoreException e) {
      if (e.kind() == BlobStoreException.Kind.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private UploadSession session(RepositoryName repository, UploadToken token) {
    return new UploadSession(
        repository, token.id(), tokens.sign(repository, token), token.state().length());
  }

  private static void append(
      ObjectUpload upload, Optional<ByteRange> range, InputStream body, Optional<Running> digest)
      throws IOException {
    long before = upload.length();
    upload.append(digest.isPresent() ? new DigestingStream(body, digest.get()) : body);
    long received = upload.length() - before;
    if (range.isPresent() && range.get().length() != received) {
      throw RegistryError.SIZE_INVALID.because(
          "Content-Range says "
              + range.get().length()
              + " bytes, but "
              + received
              + " were received");
    }
  }

  private void checkOrder(RepositoryName repository, UploadToken token, Optional<ByteRange> range) {
    if (range.isPresent() && range.get().first() != token.state().length()) {
      throw outOfOrder(
          repository,
          token,
          "Content-Range begins at "
              + range.get().first()
              + ", but the upload has "
              + token.state().length()
              + " bytes");
    }
  }

  /** Says where the session really stands, so that the client can go on from there. */
  private RegistryException outOfOrder(
      RepositoryName repository, UploadToken token, String message) {
    UploadSession session = session(repository, recovered(token));
    return RegistryError.CHUNK_OUT_OF_ORDER
        .because(message)
        .with("Location", session.location())
        .with("Range", session.range())
        .with("Docker-Upload-UUID", session.id().toString());
  }

  private UploadToken recovered(UploadToken token) {
    try {
      UploadState state = store.recover(token.state());
      // The same length may be another writer's bytes: only an equal state is the one that was
      // hashed.
      return state.equals(token.state()) ? token : token.at(state, Optional.empty());
    } catch (BlobStoreException e) {
      if (e.kind() == BlobStoreException.Kind.NOT_FOUND) {
        throw ended();
      }
      throw e;
    }
  }

  private void finishAgain(
      Caller caller, RepositoryName repository, UploadToken token, Digest claimed) {
    boolean done =
        isFinished(repository, claimed)
            || completion.completeAgain(
                caller, repository, token.state().key(), token.expiresMillis(), claimed);
    if (!done) {
      throw ended();
    }
    memory.end(token.id());
  }

  private boolean isFinished(RepositoryName repository, Digest claimed) {
    try {
      return !metadata.getBlob(repository, claimed, Freshness.LINEARIZABLE).placements().isEmpty();
    } catch (MetadataRejectedException e) {
      return false;
    }
  }

  private static Optional<Digest> knownAt(
      UploadToken token, long length, Digest.Algorithm algorithm) {
    return token
        .digest()
        .filter(digest -> digest.algorithm() == algorithm && length == token.state().length());
  }

  private static RegistryException ended() {
    return RegistryError.BLOB_UPLOAD_UNKNOWN.because(
        "the upload in the path was completed or cancelled");
  }
}
