package dev.meridian.controlplane.rpc.calls;

import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.PeerServiceGrpc;
import dev.meridian.tls.PeerIdentities;
import dev.meridian.tls.PeerIdentity;
import dev.meridian.tls.PeerRole;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who calls, by the certificate of the connection, and whether that may use the service:
 *
 * <pre>
 * meridian.metadata.v1.MetadataService   a node or a metadata server
 * meridian.metadata.v1.PeerService       a metadata server
 * meridian.admin.v1.*                    an operator, or a metadata server that passes a call on;
 *                                        without a certificate who logs in, where that can be
 * </pre>
 *
 * In plain text, within one host, nobody is known and everybody may.
 */
public final class CallerIdentity implements ServerInterceptor {

  private static final Context.Key<Caller> CALLER =
      Context.keyWithDefault("meridian-caller", Caller.UNKNOWN);

  private static final PeerRole[] OF_METADATA = {PeerRole.NODE, PeerRole.SERVER};
  private static final PeerRole[] OF_PEERS = {PeerRole.SERVER};
  private static final PeerRole[] OF_ADMIN = {PeerRole.OPERATOR, PeerRole.SERVER};

  private final String cluster;
  private final Source source;
  private final boolean logins;

  /** What is known of a caller; only a secured connection tells anything. */
  private record Caller(boolean secured, String cluster, PeerIdentities identities) {
    static final Caller UNKNOWN = new Caller(false, "", new PeerIdentities(List.of()));

    Optional<PeerIdentity> in(PeerRole... roles) {
      return identities.in(cluster, roles);
    }
  }

  /** Tells who is at the other end of a connection. */
  private interface Source {
    Caller of(Attributes connection) throws StatusException;
  }

  /** Where callers come from. */
  public interface ProcessIdentity {
    /** What this process is at the moment. */
    PeerIdentities own();
  }

  private CallerIdentity(String cluster, Source source, boolean logins) {
    this.cluster = cluster;
    this.source = source;
    this.logins = logins;
  }

  /** For connections in plain text. */
  public static CallerIdentity unknown(String cluster) {
    return new CallerIdentity(cluster, connection -> Caller.UNKNOWN, false);
  }

  /**
   * For connections with mutual TLS, on which the client may have shown no certificate.
   *
   * @param logins who shows none may log in to the services of operators: others ask for that
   */
  public static CallerIdentity byCertificate(String cluster, boolean logins) {
    return new CallerIdentity(
        cluster, connection -> new Caller(true, cluster, identities(connection)), logins);
  }

  /** For calls from within this process. */
  public static CallerIdentity ofProcess(String cluster, ProcessIdentity process) {
    return new CallerIdentity(
        cluster, connection -> new Caller(true, cluster, process.own()), false);
  }

  /** The identity of the present call's caller in the first of these roles that it has. */
  public static Optional<PeerIdentity> in(PeerRole... roles) {
    return CALLER.get().in(roles);
  }

  /**
   * The name of the operator who makes the present call, by certificate. A metadata server that
   * passes a call on has made sure of its caller.
   */
  public static Optional<String> operator() {
    return in(OF_ADMIN).map(PeerIdentity::name);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    try {
      Caller caller = source.of(call.getAttributes());
      String service = String.valueOf(call.getMethodDescriptor().getServiceName());
      if (caller.secured() && !mayLogIn(caller, service)) {
        requireOneOf(caller, service, roles(service));
      }
      return Contexts.interceptCall(
          Context.current().withValue(CALLER, caller), call, headers, next);
    } catch (StatusException e) {
      call.close(e.getStatus(), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  private boolean mayLogIn(Caller caller, String service) {
    return logins && caller.identities().all().isEmpty() && roles(service) == OF_ADMIN;
  }

  private static PeerRole[] roles(String service) {
    return switch (service) {
      case MetadataServiceGrpc.SERVICE_NAME -> OF_METADATA;
      case PeerServiceGrpc.SERVICE_NAME -> OF_PEERS;
      default -> OF_ADMIN;
    };
  }

  private void requireOneOf(Caller caller, String service, PeerRole... roles)
      throws StatusException {
    if (caller.in(roles).isPresent()) {
      return;
    }
    Status status =
        caller.identities().all().isEmpty() ? Status.UNAUTHENTICATED : Status.PERMISSION_DENIED;
    throw status
        .withDescription(
            "%s is for %s of the cluster %s: the caller's certificate has %s"
                .formatted(
                    service,
                    Arrays.stream(roles).map(PeerRole::text).collect(Collectors.joining(" or ")),
                    cluster,
                    caller.identities()))
        .asException();
  }

  private static PeerIdentities identities(Attributes connection) throws StatusException {
    SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    try {
      return PeerIdentities.of((X509Certificate) session.getPeerCertificates()[0]);
    } catch (SSLPeerUnverifiedException e) {
      // It showed none, which it need not: who nobody is, is a question of the service.
      return new PeerIdentities(List.of());
    } catch (CertificateParsingException e) {
      throw Status.UNAUTHENTICATED
          .withDescription("the caller's certificate cannot be read: " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }
}
