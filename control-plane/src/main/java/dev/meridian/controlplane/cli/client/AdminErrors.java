package dev.meridian.controlplane.cli.client;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.meridian.controlplane.cli.output.Figures;
import dev.meridian.proto.metadata.RejectionDetail;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/**
 * What a gRPC status means to an operator (admin.proto):
 *
 * <pre>
 *   a rejection trailer, or a status of a decision   REFUSED    its sentence
 *   UNIMPLEMENTED                                    REFUSED    the server is older
 *   UNAVAILABLE, trailer meridian-outcome: none      BUSY       may be sent again, whatever it is
 *   UNAVAILABLE, no connection was made              UNREACHED  at once, it is likely a wrong address,
 *                                                               or certificates do not fit
 *   UNAVAILABLE otherwise                            BROKEN     it may have been done
 *   DEADLINE_EXCEEDED                                LATE       it may have been done
 *   the others                                       FAULTY     it may have been done
 * </pre>
 */
final class AdminErrors {

  static final Metadata.Key<byte[]> REJECTION =
      Metadata.Key.of("meridian-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);
  static final Metadata.Key<String> OUTCOME =
      Metadata.Key.of("meridian-outcome", Metadata.ASCII_STRING_MARSHALLER);

  /** What came of a call that failed. */
  enum Kind {
    REFUSED,
    BUSY,
    UNREACHED,
    BROKEN,
    LATE,
    FAULTY;

    /** Whether what was asked may have been done all the same. */
    boolean leavesOpen() {
      return switch (this) {
        case BROKEN, LATE, FAULTY -> true;
        case REFUSED, BUSY, UNREACHED -> false;
      };
    }
  }

  private final ServerAddress server;
  private final ServerTrust trust;
  private final Duration timeout;

  /**
   * @param timeout how long calls were tried, for messages
   */
  AdminErrors(ServerAddress server, ServerTrust trust, Duration timeout) {
    this.server = server;
    this.trust = trust;
    this.timeout = timeout;
  }

  /** The same with another time-out. */
  AdminErrors within(Duration other) {
    return new AdminErrors(server, trust, other);
  }

  Kind kind(StatusException e) {
    return switch (e.getStatus().getCode()) {
      case UNAVAILABLE -> unavailable(e);
      case DEADLINE_EXCEEDED -> Kind.LATE;
      case INTERNAL, UNKNOWN, CANCELLED, ABORTED, DATA_LOSS, OK ->
          rejection(e).isPresent() ? Kind.REFUSED : Kind.FAULTY;
      case NOT_FOUND,
          ALREADY_EXISTS,
          INVALID_ARGUMENT,
          OUT_OF_RANGE,
          FAILED_PRECONDITION,
          PERMISSION_DENIED,
          UNAUTHENTICATED,
          RESOURCE_EXHAUSTED,
          UNIMPLEMENTED ->
          Kind.REFUSED;
    };
  }

  private Kind unavailable(StatusException e) {
    String outcome = trailer(e, OUTCOME);
    if (outcome != null) {
      return outcome.equals("none") ? Kind.BUSY : Kind.BROKEN;
    }
    return TlsErrors.reason(e.getStatus(), trust).isPresent()
            || whyNotReached(e.getStatus().getCause()).isPresent()
        ? Kind.UNREACHED
        : Kind.BROKEN;
  }

  /**
   * The exception for the operator.
   *
   * @param advice what follows the message: what to do when it may have been done all the same
   */
  AdminException exception(StatusException e, String advice) {
    Status status = e.getStatus();
    String said = said(status);
    return switch (kind(e)) {
      case REFUSED -> AdminException.failed(refusal(e), e);
      case BUSY ->
          AdminException.unreachable(
              "the metadata server at "
                  + server
                  + " could not do it within "
                  + patience()
                  + ": "
                  + said
                  + advice,
              e);
      case UNREACHED ->
          AdminException.unreachable(
              TlsErrors.reason(status, trust)
                      .map(reason -> "cannot talk to the server at " + server + ": " + reason)
                      .orElseGet(() ->
                          "cannot reach a metadata server at "
                              + server
                              + ": "
                              + whyNotReached(status.getCause()).orElse(said)
                              + ". Start it, or name another with --server HOST:PORT or"
                              + " MERIDIAN_SERVER")
                  + advice,
              e);
      case BROKEN ->
          AdminException.unreachable(
              "the metadata server at " + server + " did not answer: " + said + advice, e);
      case LATE ->
          AdminException.unreachable(
              "no answer from the metadata server at "
                  + server
                  + " within "
                  + patience()
                  + ": --timeout gives it longer, --server asks another"
                  + advice,
              e);
      case FAULTY ->
          AdminException.failed(
              "the metadata server at "
                  + server
                  + " failed: "
                  + said
                  + ": its log says more"
                  + advice,
              e);
    };
  }

  private String refusal(StatusException e) {
    if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
      return "the server at " + server + " does not know this request: is it of another version?";
    }
    return rejection(e)
        .map(RejectionDetail::getMessage)
        .filter(message -> !message.isEmpty())
        .orElseGet(() -> said(e.getStatus()));
  }

  private String patience() {
    return Figures.duration(timeout);
  }

  private static String said(Status status) {
    return status.getDescription() == null ? status.getCode().name() : status.getDescription();
  }

  private static Optional<RejectionDetail> rejection(StatusException e) {
    byte[] detail = trailer(e, REJECTION);
    if (detail == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(RejectionDetail.parseFrom(detail));
    } catch (InvalidProtocolBufferException broken) {
      throw AdminException.failed("the metadata server's rejection cannot be read", broken);
    }
  }

  private static <T> T trailer(StatusException e, Metadata.Key<T> key) {
    return e.getTrailers() == null ? null : e.getTrailers().get(key);
  }

  /** Why there is no connection, when none was made. */
  private static Optional<String> whyNotReached(Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      switch (each) {
        case ConnectException _ -> {
          return Optional.of("the connection is refused");
        }
        case NoRouteToHostException _ -> {
          return Optional.of("there is no route to it");
        }
        case UnknownHostException _ -> {
          return Optional.of("its name cannot be resolved");
        }
        default -> {}
      }
    }
    return Optional.empty();
  }
}
