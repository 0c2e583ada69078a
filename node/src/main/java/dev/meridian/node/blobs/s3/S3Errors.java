package dev.meridian.node.blobs.s3;

import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.UploadConflictException;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.ServerException;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** From what S3 and its client say to {@link BlobStoreException} and conflicts. */
record S3Errors(String place) {

  /** An error response to a request that this node signed itself. */
  static final class ResponseException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    ResponseException(int status, String code, String message) {
      super(code + " (" + status + "): " + message);
      this.status = status;
      this.code = code;
    }
  }

  /** The exception to throw when this happened to an operation on a key. */
  RuntimeException of(String operation, String key, Throwable thrown) {
    Throwable cause = unwrap(thrown);
    return switch (cause) {
      case ErrorResponseException e ->
          of(operation, key, e.errorResponse().code(), e.response().code(), e);
      case ResponseException e -> of(operation, key, e.code, e.status, e);
      // The answer to a HEAD has no code.
      case ServerException e when e.statusCode() == 503 ->
          failed(Kind.THROTTLED, operation, key, e);
      case ServerException e -> of(operation, key, "", e.statusCode(), e);
      case InterruptedException e -> {
        Thread.currentThread().interrupt();
        yield failed(Kind.UNAVAILABLE, operation, key, e);
      }
      // What is no S3 error at all: no connection, a deadline, a proxy's page.
      default -> failed(Kind.UNAVAILABLE, operation, key, cause);
    };
  }

  private RuntimeException of(String operation, String key, String code, int status, Exception e) {
    return switch (code) {
      case "InvalidPart", "InvalidPartOrder", "EntityTooSmall" ->
          new UploadConflictException(
              "S3 "
                  + place
                  + ": "
                  + operation
                  + " "
                  + key
                  + ": parts are not those of the session");
      default -> failed(kindOf(code, status), operation, key, e);
    };
  }

  private static Kind kindOf(String code, int status) {
    return switch (code) {
      case "NoSuchKey", "NoSuchUpload", "NoSuchVersion", "InvalidRange" -> Kind.NOT_FOUND;
      case "SlowDown",
          "SlowDownRead",
          "SlowDownWrite",
          "ServiceUnavailable",
          "TooManyRequests",
          "RequestLimitExceeded",
          "Throttling" ->
          Kind.THROTTLED;
      case "InternalError", "RequestTimeout", "OperationAborted" -> Kind.UNAVAILABLE;
      case "QuotaExceeded", "XMinioStorageFull" -> Kind.FULL;
      case "NoSuchBucket",
          "AccessDenied",
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "RequestTimeTooSkewed",
          "PermanentRedirect" ->
          Kind.REFUSED;
      default -> kindOf(status);
    };
  }

  /**
   * Of an answer without a code of S3's. A 503 is then of a load balancer that has no servers left.
   */
  private static Kind kindOf(int status) {
    return switch (status) {
      case 404 -> Kind.NOT_FOUND;
      case 429 -> Kind.THROTTLED;
      case 507 -> Kind.FULL;
      case 408 -> Kind.UNAVAILABLE;
      default -> status >= 500 ? Kind.UNAVAILABLE : Kind.REFUSED;
    };
  }

  private BlobStoreException failed(Kind kind, String operation, String key, Throwable cause) {
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new BlobStoreException(
        kind, "S3 " + place + ": " + operation + " " + key + ": " + message, cause);
  }

  private static Throwable unwrap(Throwable thrown) {
    boolean wraps = thrown instanceof CompletionException || thrown instanceof ExecutionException;
    return wraps && thrown.getCause() != null ? unwrap(thrown.getCause()) : thrown;
  }
}
