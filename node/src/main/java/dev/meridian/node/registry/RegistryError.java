package dev.meridian.node.registry;

/**
 * What a client is told when a request does not succeed: the error code of the specification (OCI
 * distribution-spec, "Error Codes") and the HTTP status that goes with it. Where the specification
 * leaves room the choice is documented with the project's interfaces. {@code UNAVAILABLE} and
 * {@code UNKNOWN} are not codes of the specification, which speaks of 4xx only.
 */
public enum RegistryError {
  NAME_INVALID("NAME_INVALID", 400),
  NAME_UNKNOWN("NAME_UNKNOWN", 404),
  TAG_INVALID("TAG_INVALID", 400),
  DIGEST_INVALID("DIGEST_INVALID", 400),
  SIZE_INVALID("SIZE_INVALID", 400),
  MANIFEST_INVALID("MANIFEST_INVALID", 400),
  MANIFEST_TOO_LARGE("SIZE_INVALID", 413),
  MANIFEST_UNKNOWN("MANIFEST_UNKNOWN", 404),
  MANIFEST_BLOB_UNKNOWN("MANIFEST_BLOB_UNKNOWN", 400),
  BLOB_UNKNOWN("BLOB_UNKNOWN", 404),
  BLOB_UPLOAD_INVALID("BLOB_UPLOAD_INVALID", 400),
  BLOB_UPLOAD_UNKNOWN("BLOB_UPLOAD_UNKNOWN", 404),
  /** A chunk that does not follow the bytes so far, or a second writer of the session. */
  CHUNK_OUT_OF_ORDER("BLOB_UPLOAD_INVALID", 416),
  RANGE_NOT_SATISFIABLE("SIZE_INVALID", 416),
  /** If-Match or If-None-Match does not hold. */
  CONDITION_FAILED("DENIED", 412),
  /** A manifest holds it, or a rule forbids the change. */
  IN_USE("DENIED", 409),
  /** No login, a login that is not valid, or one that does not reach so far; with a challenge. */
  UNAUTHORIZED("UNAUTHORIZED", 401),
  DENIED("DENIED", 403),
  /** A rate limit, ours or that of object storage. */
  TOO_MANY_REQUESTS("TOOMANYREQUESTS", 429),
  UNSUPPORTED("UNSUPPORTED", 400),
  NO_SUCH_PATH("UNSUPPORTED", 404),
  METHOD_NOT_ALLOWED("UNSUPPORTED", 405),
  REQUEST_TIMEOUT("UNSUPPORTED", 408),
  URI_TOO_LONG("UNSUPPORTED", 414),
  HEADERS_TOO_LARGE("UNSUPPORTED", 431),
  /** No quorum, no holder in reach, or storage down: the same request may succeed later. */
  UNAVAILABLE("UNAVAILABLE", 503),
  /** A bug of ours. */
  UNKNOWN("UNKNOWN", 500);

  private final String code;
  private final int status;

  RegistryError(String code, int status) {
    this.code = code;
    this.status = status;
  }

  /** The code of the JSON envelope. */
  public String code() {
    return code;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** An exception of this error. The message is shown to the client: it names the field. */
  public RegistryException because(String message) {
    return new RegistryException(this, message);
  }

  /** An exception of this error, with what led to it for the log. */
  public RegistryException because(String message, Throwable cause) {
    return new RegistryException(this, message, cause);
  }
}
