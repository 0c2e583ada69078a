package dev.meridian.node.registry;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.DigestingStream;
import dev.meridian.node.blobs.DigestingStream.Running;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.StoredObject;
import dev.meridian.node.fetch.RegionCopies;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand.CommitBlob;
import dev.meridian.node.metadata.MetadataCommand.DoomObjects;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of an upload: the digest is checked, the object completed and only then made visible. A
 * completed object that is not wanted is doomed by a command and never deleted here (DESIGN,
 * "Objects"): a command whose answer was lost may have made it visible.
 */
final class UploadCompletion {

  private static final Logger LOG = LoggerFactory.getLogger(UploadCompletion.class);

  /**
   * The object of a session may be complete since an earlier request, which committed it: then it
   * may have been doomed, deleted and forgotten in the meantime. The grace of doomed objects is
   * longer than this.
   */
  private static final Duration SURELY_THERE = Duration.ofMinutes(5);

  private static final int MOST_OF_A_SESSION = 1000;

  private final RegionCopies copies;
  private final MetadataClient metadata;
  private final BlobStore store;
  private final Duration expiry;

  /**
   * @param copies of the region whose storage {@code store} is
   * @param expiry life of a session in cluster time
   */
  UploadCompletion(RegionCopies copies, MetadataClient metadata, BlobStore store, Duration expiry) {
    this.copies = copies;
    this.metadata = metadata;
    this.store = store;
    this.expiry = expiry;
  }

  /**
   * Makes a blob of what was uploaded.
   *
   * @param claimed what the client says the digest is
   * @param taken what it is, when that is known; otherwise the object is read again
   * @throws RegistryException {@code DIGEST_INVALID} when they differ; nothing is left behind;
   *     {@code BLOB_UPLOAD_UNKNOWN} when the session is old and its object was deleted
   */
  void complete(
      Caller caller,
      RepositoryName repository,
      ObjectUpload upload,
      long expiresMillis,
      Digest claimed,
      Optional<Digest> taken) {
    if (taken.isPresent() && !taken.get().equals(claimed)) {
      upload.abort();
      doom(upload.leftovers());
      throw mismatch(claimed, taken.get());
    }
    StoredObject object = upload.complete();
    Digest stored = taken.isPresent() ? claimed : digestOf(object, claimed.algorithm());
    if (!stored.equals(claimed)) {
      doom(all(object));
      throw mismatch(claimed, stored);
    }
    copies.written(claimed, object);
    if (isOld(expiresMillis) && !isThere(object)) {
      throw RegistryError.BLOB_UPLOAD_UNKNOWN.because(
          "the upload in the path was completed, and its content deleted since");
    }
    commit(caller, repository, object, expiresMillis, claimed);
    doom(object.leftovers());
  }

  /**
   * Makes a blob of an object that an earlier request of the session completed, but could not
   * commit. The object is read again: all that is known of it here is whose it is.
   *
   * @return false when the session has no object of this digest
   */
  boolean completeAgain(
      Caller caller,
      RepositoryName repository,
      String session,
      long expiresMillis,
      Digest claimed) {
    Optional<StoredObject> object =
        store
            .list(
                ObjectKeys.hourOf(session),
                Optional.of(ObjectKeys.before(session)),
                MOST_OF_A_SESSION)
            .objects()
            .stream()
            .filter(key -> ObjectKeys.sessionOf(key).equals(session))
            .flatMap(
                key -> store.size(key).map(size -> new StoredObject(key, size, List.of())).stream())
            .filter(found -> digestOf(found, claimed.algorithm()).equals(claimed))
            .findFirst();
    object.ifPresent(found -> commit(caller, repository, found, expiresMillis, claimed));
    return object.isPresent();
  }

  private boolean isOld(long expiresMillis) {
    long begun = expiresMillis - expiry.toMillis();
    return metadata.clusterTimeMillis() - begun > SURELY_THERE.toMillis();
  }

  private boolean isThere(StoredObject object) {
    return store.size(object.key()).filter(size -> size == object.size()).isPresent();
  }

  private void commit(
      Caller caller,
      RepositoryName repository,
      StoredObject object,
      long expiresMillis,
      Digest digest) {
    try {
      metadata.execute(
          caller,
          new CommitBlob(
              repository, digest, object.size(), copies.region(), object.key(), expiresMillis));
    } catch (MetadataRejectedException e) {
      doom(all(object));
      throw e;
    }
  }

  /** What is not doomed now is found by the sweeper, so a failure here is not the client's. */
  void doom(List<String> keys) {
    if (keys.isEmpty()) {
      return;
    }
    try {
      metadata.execute(Caller.NODE, new DoomObjects(copies.region(), keys));
    } catch (MetadataUnavailableException | MetadataRejectedException e) {
      LOG.warn("objects {} are left to the sweeper", keys, e);
    }
  }

  private Digest digestOf(StoredObject object, Digest.Algorithm algorithm) {
    Running digest = Running.of(algorithm);
    if (object.size() > 0) {
      try (BlobBody body = store.open(object.key(), ByteRange.whole(object.size()));
          InputStream stream = new DigestingStream(body.openStream(), digest)) {
        stream.transferTo(OutputStream.nullOutputStream());
      } catch (IOException e) {
        throw new BlobStoreException(
            BlobStoreException.Kind.UNAVAILABLE, "reading " + object.key() + " again", e);
      }
    }
    return digest.digest(algorithm).orElseThrow();
  }

  private static List<String> all(StoredObject object) {
    List<String> keys = new ArrayList<>(object.leftovers());
    keys.add(object.key());
    return keys;
  }

  private static RegistryException mismatch(Digest claimed, Digest taken) {
    return RegistryError.DIGEST_INVALID.because(
        "digest " + claimed + " does not match the content, whose digest is " + taken);
  }
}
