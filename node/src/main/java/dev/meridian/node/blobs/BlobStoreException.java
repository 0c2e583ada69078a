package dev.meridian.node.blobs;

import java.io.IOException;
import java.io.InputStream;

/** Storage did not do what was asked. The message names the operation and the key. */
public class BlobStoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What went wrong, as far as it matters to the caller. */
  public enum Kind {
    /** No such object or session. */
    NOT_FOUND(false),
    /** Storage asks for fewer requests. */
    THROTTLED(true),
    /** No answer, a server error, or a deadline that passed. */
    UNAVAILABLE(true),
    /** No room left. */
    FULL(false),
    /** Storage refused the request for good: credentials, configuration. */
    REFUSED(false);

    private final boolean retryable;

    Kind(boolean retryable) {
      this.retryable = retryable;
    }
  }

  private final Kind kind;

  public BlobStoreException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public BlobStoreException(Kind kind, String message) {
    this(kind, message, null);
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the same request may succeed later. */
  public boolean retryable() {
    return kind.retryable;
  }

  static void closing(InputStream stream) {
    try {
      stream.close();
    } catch (IOException e) {
      throw new BlobStoreException(Kind.UNAVAILABLE, "closing a stream of object storage", e);
    }
  }
}
