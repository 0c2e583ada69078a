package dev.meridian.node.registry;

import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.UploadConflictException;
import dev.meridian.node.fetch.NoHolderException;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.peer.PeerUnreachableException;
import java.util.Optional;

/** The one table from what metadata and storage throw to what a client is told. */
public final class RegistryErrors {

  private static final String RETRY_AFTER_SECONDS = "1";

  /** Storage was asked again for some seconds already. */
  private static final String THROTTLED_RETRY_AFTER_SECONDS = "5";

  private RegistryErrors() {}

  /** What a client is told of this; empty when it is a bug. */
  public static Optional<RegistryException> of(RuntimeException thrown) {
    return switch (thrown) {
      case RegistryException known -> Optional.of(known);
      case MetadataRejectedException rejected -> Optional.of(ofRejection(rejected));
      case MetadataUnavailableException unavailable ->
          Optional.of(unavailable("the metadata plane gave no answer", unavailable));
      case BlobStoreException storage when storage.kind() == BlobStoreException.Kind.THROTTLED ->
          Optional.of(
              RegistryError.TOO_MANY_REQUESTS
                  .because("the region's object storage asks for fewer requests", storage)
                  .with("Retry-After", THROTTLED_RETRY_AFTER_SECONDS));
      case BlobStoreException storage ->
          Optional.of(unavailable("the region's object storage did not answer", storage));
      case NoHolderException noHolder ->
          Optional.of(unavailable("no region that holds the blob is in reach", noHolder));
      case PeerUnreachableException unreachable ->
          Optional.of(unavailable("the region of this upload is not in reach", unreachable));
      case UploadConflictException conflict ->
          Optional.of(
              RegistryError.CHUNK_OUT_OF_ORDER.because(
                  "another request wrote to this upload", conflict));
      default -> Optional.empty();
    };
  }

  /** The same request may succeed later (RFC 9110, section 15.6.4). */
  static RegistryException unavailable(String message, Throwable cause) {
    return RegistryError.UNAVAILABLE
        .because(message, cause)
        .with("Retry-After", RETRY_AFTER_SECONDS);
  }

  private static RegistryException ofRejection(MetadataRejectedException rejected) {
    RegistryError error =
        switch (rejected.reason()) {
          case REPOSITORY_UNKNOWN -> RegistryError.NAME_UNKNOWN;
          case MANIFEST_UNKNOWN, TAG_UNKNOWN -> RegistryError.MANIFEST_UNKNOWN;
          case REFERENCE_UNKNOWN -> RegistryError.MANIFEST_BLOB_UNKNOWN;
          case BLOB_UNKNOWN -> RegistryError.BLOB_UNKNOWN;
          case IN_USE -> RegistryError.IN_USE;
          case CONDITION_FAILED -> RegistryError.CONDITION_FAILED;
          case SESSION_EXPIRED, OBJECT_DOOMED -> RegistryError.BLOB_UPLOAD_UNKNOWN;
          case COMMAND_EXPIRED, COPIES_MISSING -> RegistryError.UNAVAILABLE;
          case MANIFEST_INVALID -> RegistryError.MANIFEST_INVALID;
          case DIGEST_INVALID -> RegistryError.DIGEST_INVALID;
          case SIZE_INVALID -> RegistryError.SIZE_INVALID;
          case TOO_LARGE -> RegistryError.MANIFEST_TOO_LARGE;
          case NAME_INVALID -> RegistryError.NAME_INVALID;
          case TAG_INVALID -> RegistryError.TAG_INVALID;
          case TAG_IMMUTABLE -> RegistryError.IN_USE;
          case NOT_ALLOWED, DENIED -> RegistryError.DENIED;
          case ACCOUNT_UNKNOWN -> RegistryError.UNAUTHORIZED;
        };
    return error == RegistryError.UNAVAILABLE
        ? unavailable(rejected.getMessage(), rejected)
        : error.because(rejected.getMessage(), rejected);
  }
}
