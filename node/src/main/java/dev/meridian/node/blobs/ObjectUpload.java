package dev.meridian.node.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * One request's hold on an upload session. Not thread-safe. It ends with one of {@link #flush},
 * {@link #complete} or {@link #abort}, after which only {@link #length}, {@link #leftovers}, {@link
 * #untaken} and {@link #close} may be called; closing it before leaves the session as it was, but
 * for bytes that {@link BlobStore#recover} may find. All methods may throw {@link
 * BlobStoreException}, after which the hold may only be aborted, closed or asked what is {@link
 * #untaken}.
 */
public interface ObjectUpload extends AutoCloseable {

  /**
   * Appends all bytes of the stream, as they come and with bounded memory. Does not close it.
   *
   * @throws IOException what the stream itself threw; the bytes before it were appended, and may be
   *     flushed or dropped
   * @throws UploadConflictException when another writer took the session over
   */
  void append(InputStream body) throws IOException;

  /** Bytes of the session so far, those appended here included. */
  long length();

  /**
   * Makes what was appended durable, so that any node can resume from the state that is returned.
   *
   * @param more whether further bytes are expected after these: true for a chunk with a
   *     Content-Range, false for a stream that is most likely whole
   */
  UploadState flush(boolean more);

  /**
   * Makes the object from all bytes of the session, written once. Its key is the result; it is that
   * of {@link BlobStore#begin} or another one of the same hour.
   *
   * @throws UploadConflictException when the parts in storage are not those of the state
   */
  StoredObject complete();

  /** Removes the session from storage, but for {@link #leftovers}. */
  void abort();

  /**
   * Keys of completed objects that the session wrote on its way and no longer needs, known after
   * {@link #flush}, {@link #complete} or {@link #abort}. The caller dooms them: a request that came
   * before this one may have made such an object a blob, so that no node deletes it by itself.
   */
  List<String> leftovers();

  /**
   * All bytes of the session, when {@link #flush} or {@link #complete} failed and this hold still
   * has every one of them; to be read before it is closed. Empty when storage has some.
   */
  Optional<InputStream> untaken();

  @Override
  void close();
}
