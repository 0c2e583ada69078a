package dev.meridian.controlplane.rpc.login;

import dev.meridian.controlplane.prepare.Caller;
import dev.meridian.controlplane.prepare.PasswordHashing;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.rpc.calls.Forwarded;
import dev.meridian.controlplane.rpc.calls.GrpcErrors;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Finds out who calls the services of operators, and refuses who may not call them at all. Other
 * services pass by.
 *
 * <pre>
 * logins are not required      {@link Caller#OPERATOR}
 * an operator's certificate    operator:<name>
 * authorization: Basic ...     the account, when its password or secret is right
 * none of these                UNAUTHENTICATED
 * </pre>
 */
public final class OperatorLogin implements ServerInterceptor {

  private static final String SERVICES = "meridian.admin.v1.";

  /** Of these each method looks for itself, or its command does when it is applied. */
  private static final Set<String> DECIDED_LATER =
      Set.of(
          SERVICES + "RepositoryService",
          SERVICES + "AccessService",
          SERVICES + "PolicyService/SetPolicy",
          SERVICES + "PolicyService/DeletePolicy");

  private static final Context.Key<Caller> CALLER = Context.key("meridian-caller");

  private final boolean required;
  private final OperatorCertificate certificate;
  private final AccountLogins logins;
  private final Rights rights;
  private final MeterRegistry meters;

  /**
   * @param required whether logins are
   * @param disconnected how long accounts count as they are known here while no quorum is in reach
   * @param used told of accounts that have logged in, at most about once an hour; must not wait
   */
  public OperatorLogin(
      boolean required,
      OperatorCertificate certificate,
      RaftNode raft,
      Duration disconnected,
      PasswordHashing hashing,
      Consumer<String> used,
      InstantSource clock,
      MeterRegistry meters) {
    this.required = required;
    this.meters = meters;
    this.certificate = certificate;
    this.logins =
        new AccountLogins(new ReplicatedAccounts(raft, disconnected), hashing, used, clock);
    this.rights = new Rights(required, raft);
  }

  /** Who makes the present call. */
  public static Caller caller() {
    Caller caller = CALLER.get();
    if (caller == null) {
      throw new IllegalStateException("the call is none of the services of operators");
    }
    return caller;
  }

  /** What the caller of the present call may. */
  public Rights rights() {
    return rights;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    if (!method.startsWith(SERVICES)) {
      return next.startCall(call, headers);
    }
    Context context;
    try {
      context = Context.current().withValue(CALLER, identify(headers, address(call)));
      if (!isDecidedLater(call)) {
        context.run(rights::requireAll);
      }
    } catch (RuntimeException e) {
      StatusRuntimeException refused = GrpcErrors.of(e);
      count(refused, headers);
      return refuse(call, refused);
    }
    return Contexts.interceptCall(context, call, headers, next);
  }

  /** Who shows no login at all has not failed with one. */
  private void count(StatusRuntimeException refused, Metadata headers) {
    if (headers.containsKey(Forwarded.AUTHORIZATION)) {
      switch (refused.getStatus().getCode()) {
        case UNAUTHENTICATED -> count("password");
        case RESOURCE_EXHAUSTED -> count("limited");
        default -> {
          // It was no login that failed.
        }
      }
    }
  }

  private void count(String reason) {
    Counter.builder("meridian.admin.auth.failures")
        .description("Logins of operators that failed")
        .tag("reason", reason)
        .register(meters)
        .increment();
  }

  private Caller identify(Metadata headers, String address) {
    if (!required) {
      return new Caller(Caller.OPERATOR, address);
    }
    Optional<String> operator = certificate.operatorCertificate();
    if (operator.isPresent()) {
      return new Caller(Caller.CERTIFIED_PREFIX + operator.get(), address);
    }
    String header = headers.get(Forwarded.AUTHORIZATION);
    if (header == null) {
      throw Status.UNAUTHENTICATED
          .withDescription(
              "logins are required: expected a user and a password, or an operator's certificate")
          .asRuntimeException();
    }
    return logins.verify(header, address);
  }

  private static boolean isDecidedLater(ServerCall<?, ?> call) {
    return DECIDED_LATER.contains(call.getMethodDescriptor().getServiceName())
        || DECIDED_LATER.contains(call.getMethodDescriptor().getFullMethodName());
  }

  /** Without the zone of a link-local address; empty within the process. */
  private static String address(ServerCall<?, ?> call) {
    return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)
            instanceof InetSocketAddress remote
        ? remote.getAddress().getHostAddress().replaceAll("%.*", "")
        : "";
  }

  private static <Q, A> ServerCall.Listener<Q> refuse(
      ServerCall<Q, A> call, StatusRuntimeException failure) {
    Metadata trailers = failure.getTrailers();
    call.close(failure.getStatus(), trailers == null ? new Metadata() : trailers);
    return new ServerCall.Listener<>() {};
  }
}
