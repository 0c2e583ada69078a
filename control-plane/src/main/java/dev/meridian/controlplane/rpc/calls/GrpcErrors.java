package dev.meridian.controlplane.rpc.calls;

import dev.meridian.controlplane.disk.ChangeRefusedException;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.prepare.PasswordHashing;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.metadata.RejectionDetail;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong, as gRPC says it (metadata.proto):
 *
 * <pre>
 * rejection                 a status by its code, trailer meridian-rejection-bin
 * no quorum, too far behind UNAVAILABLE, trailer meridian-outcome: none
 * too many passwords        the same
 * outcome not known         UNAVAILABLE, trailer meridian-outcome: unknown
 * change of group refused   FAILED_PRECONDITION, the description tells the operator why
 * a bug of ours             INTERNAL
 * </pre>
 */
public final class GrpcErrors {

  static final Metadata.Key<byte[]> REJECTION =
      Metadata.Key.of("meridian-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);
  static final Metadata.Key<String> OUTCOME =
      Metadata.Key.of("meridian-outcome", Metadata.ASCII_STRING_MARSHALLER);

  private static final Logger log = LoggerFactory.getLogger(GrpcErrors.class);

  private GrpcErrors() {}

  /** The status of a failure, with its trailers. */
  public static StatusRuntimeException of(Throwable failure) {
    return switch (failure) {
      case StatusRuntimeException status -> status;
      case RejectedException rejected -> rejected(rejected.rejection(), rejected.revision());
      case UnavailableException unavailable -> unavailable(unavailable.getMessage(), "none");
      case PasswordHashing.BusyException busy -> unavailable(busy.getMessage(), "none");
      case ChangeRefusedException refused ->
          Status.FAILED_PRECONDITION.withDescription(refused.getMessage()).asRuntimeException();
      case Commands.UnknownOutcomeException unknown -> unavailable(unknown.getMessage(), "unknown");
      default -> {
        log.error("a call failed", failure);
        yield Status.INTERNAL.withDescription("internal error").asRuntimeException();
      }
    };
  }

  private static StatusRuntimeException rejected(CommandRejection rejection, long revision) {
    Metadata trailers = new Metadata();
    trailers.put(
        REJECTION,
        RejectionDetail.newBuilder()
            .setCode(rejection.getCode().name())
            .setMessage(rejection.getMessage())
            .addAllSubjects(rejection.getSubjectsList())
            .setRevision(revision)
            .build()
            .toByteArray());
    // The description travels as a header: it must not grow with what the rejection is about.
    return status(rejection.getCode())
        .withDescription(rejection.getCode().name())
        .asRuntimeException(trailers);
  }

  private static StatusRuntimeException unavailable(String message, String outcome) {
    Metadata trailers = new Metadata();
    trailers.put(OUTCOME, outcome);
    return Status.UNAVAILABLE.withDescription(message).asRuntimeException(trailers);
  }

  private static Status status(RejectionCode code) {
    return switch (code) {
      case REPOSITORY_UNKNOWN,
          MANIFEST_UNKNOWN,
          BLOB_UNKNOWN,
          TAG_UNKNOWN,
          REGION_UNKNOWN,
          NODE_UNKNOWN,
          REVISION_UNKNOWN,
          POLICY_UNKNOWN,
          ACCOUNT_UNKNOWN,
          GROUP_UNKNOWN,
          GRANT_UNKNOWN,
          RULE_UNKNOWN ->
          Status.NOT_FOUND;
      case REFERENCE_UNKNOWN,
          IN_USE,
          CONDITION_FAILED,
          SESSION_EXPIRED,
          COMMAND_EXPIRED,
          OBJECT_DOOMED,
          COPIES_MISSING,
          TAG_IMMUTABLE,
          ACCOUNT_EXISTS,
          GROUP_EXISTS ->
          Status.FAILED_PRECONDITION;
      case MANIFEST_INVALID,
          DIGEST_INVALID,
          SIZE_INVALID,
          TOO_LARGE,
          NAME_INVALID,
          TAG_INVALID,
          POLICY_INVALID,
          ACCESS_INVALID ->
          Status.INVALID_ARGUMENT;
      case DENIED, NOT_ALLOWED -> Status.PERMISSION_DENIED;
      // Of a newer version of the log.
      case REJECTION_CODE_UNSPECIFIED, UNRECOGNIZED -> Status.UNKNOWN;
    };
  }
}
