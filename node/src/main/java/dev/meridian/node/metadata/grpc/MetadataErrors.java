package dev.meridian.node.metadata.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataRejectedException.Reason;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.proto.metadata.RejectionDetail;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.net.ConnectException;

/**
 * What a gRPC status means to a node:
 *
 * <pre>
 *   any, with a rejection trailer                           the plane's decision
 *   UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, ABORTED,
 *   UNKNOWN, INTERNAL, RESOURCE_EXHAUSTED                   try again, here or at another server
 *   the others (FAILED_PRECONDITION: another cluster)       never by trying again
 * </pre>
 *
 * A call that failed is taken to have had an unknown outcome unless no server got it, or the server
 * says otherwise in the trailer {@code meridian-outcome}.
 */
final class MetadataErrors {

  static final Metadata.Key<byte[]> REJECTION =
      Metadata.Key.of("meridian-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);
  static final Metadata.Key<String> OUTCOME =
      Metadata.Key.of("meridian-outcome", Metadata.ASCII_STRING_MARSHALLER);

  private MetadataErrors() {}

  /** What is to be done about a failed call. */
  sealed interface Failure {
    /** The decision; nothing is to be tried again. */
    record Rejected(MetadataRejectedException exception) implements Failure {}

    /**
     * The same command id or query may be sent again.
     *
     * @param answered the server is there, it only cannot decide now: what it can answer without a
     *     quorum it still answers best
     */
    record Retryable(boolean outcomeUnknown, boolean answered) implements Failure {}

    /** No server will answer otherwise. */
    record Refused(MetadataUnavailableException exception) implements Failure {}
  }

  static Failure of(StatusException e, MetadataEndpoint endpoint) {
    Metadata trailers = e.getTrailers() == null ? new Metadata() : e.getTrailers();
    byte[] rejection = trailers.get(REJECTION);
    if (rejection != null) {
      return new Failure.Rejected(rejected(rejection));
    }
    return switch (e.getStatus().getCode()) {
      case UNAVAILABLE -> unavailable(e.getStatus(), trailers);
      case RESOURCE_EXHAUSTED -> new Failure.Retryable(false, true);
      case DEADLINE_EXCEEDED, CANCELLED, ABORTED, UNKNOWN, INTERNAL ->
          new Failure.Retryable(true, false);
      case OK,
          INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          DATA_LOSS,
          UNAUTHENTICATED ->
          new Failure.Refused(
              new MetadataUnavailableException(
                  "metadata server " + endpoint.name() + " refuses: " + e.getMessage(), false, e));
    };
  }

  private static Failure unavailable(Status status, Metadata trailers) {
    String outcome = trailers.get(OUTCOME);
    if (outcome != null) {
      return new Failure.Retryable(outcome.equals("unknown"), true);
    }
    return new Failure.Retryable(!(status.getCause() instanceof ConnectException), false);
  }

  private static MetadataRejectedException rejected(byte[] trailer) {
    try {
      RejectionDetail detail = RejectionDetail.parseFrom(trailer);
      return new MetadataRejectedException(
          Reason.valueOf(detail.getCode()),
          detail.getMessage(),
          detail.getSubjectsList(),
          detail.getRevision());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new IllegalStateException("a metadata server's rejection cannot be read", e);
    }
  }
}
