package dev.meridian.node.blobs;

import dev.meridian.model.ByteRange;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The object storage of one region. Objects are written once, under keys of {@link ObjectKeys} that
 * are never reused, and are invisible to clients until the metadata plane names their key.
 *
 * <p>Every method blocks, has a deadline, may be called by any thread but an event loop's, and
 * throws {@link BlobStoreException}, which says whether a retry makes sense. Several nodes use one
 * storage at once: what is said of a session holds whichever node asks. A key or prefix that is not
 * of {@link ObjectKeys} is an {@link IllegalArgumentException}.
 */
public interface BlobStore extends AutoCloseable {

  /** How long a read may get nothing before it fails. */
  Duration PATIENCE = Duration.ofSeconds(30);

  /** The same where another region holds the blob too: the client waits for both. */
  Duration PATIENCE_BEFORE_ANOTHER = Duration.ofSeconds(4);

  /**
   * The state of a new session for this key, one of {@link ObjectKeys#create}. Asks nothing of
   * storage.
   */
  UploadState begin(String key);

  /**
   * Goes on with a session where the state ends.
   *
   * @throws UploadConflictException when storage holds something else than the state says: another
   *     writer is or was here, or the state is stale. A store that cannot lock sessions may let
   *     several writers begin one; each then writes an object of its own.
   * @throws BlobStoreException with {@code NOT_FOUND} when the session was completed or aborted
   */
  ObjectUpload resume(UploadState state);

  /**
   * What storage holds of a session, for a state that may be stale. Bytes of an append whose answer
   * was lost may be among them.
   *
   * @throws BlobStoreException with {@code NOT_FOUND} when the session was completed or aborted
   */
  UploadState recover(UploadState state);

  /**
   * The bytes of a completed object. One without bytes has no range: see {@link #size}.
   *
   * @param patience how long the opening, and each read of the bytes, may get nothing
   * @throws BlobStoreException with {@code NOT_FOUND} when there is none, or when it ends before
   *     the range does
   */
  BlobBody open(String key, ByteRange range, Duration patience);

  /** The same, when nobody else can be asked. */
  default BlobBody open(String key, ByteRange range) {
    return open(key, range, PATIENCE);
  }

  /** The size of a completed object in bytes, or empty when there is none. */
  Optional<Long> size(String key);

  /** A URL with which anybody may GET the object for this long; empty when this store has none. */
  Optional<URI> presign(String key, Duration life, String contentType);

  /** Deletes a completed object; it is no error when there is none. */
  void delete(String key);

  /**
   * Objects and unfinished sessions whose keys begin with this hour ({@link
   * ObjectKeys#hourPrefix}), in order of their keys.
   *
   * @param after the largest key of the page before
   * @param limit at most so many of both together
   */
  ObjectListing list(String hourPrefix, Optional<String> after, int limit);

  /** Writes, reads and deletes a small object, and throws when one of that fails. */
  void probe();

  @Override
  void close();
}
