package dev.meridian.controlplane.cluster;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;

/**
 * Refuses calls that were meant for another cluster, by the header {@code meridian-cluster}.
 * Operators, who reach a server by its address alone, may leave the header out.
 */
public final class ClusterHeader implements ServerInterceptor {

  private static final Metadata.Key<String> KEY =
      Metadata.Key.of("meridian-cluster", Metadata.ASCII_STRING_MARSHALLER);

  private static final String ADMIN_SERVICES = "meridian.admin.v1.";

  private final String cluster;

  /** For servers and clients of the cluster with this name. */
  public ClusterHeader(String cluster) {
    this.cluster = cluster;
  }

  /** The name of the cluster. */
  public String cluster() {
    return cluster;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String asked = headers.get(KEY);
    if (cluster.equals(asked) || asked == null && isOfOperators(call)) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.FAILED_PRECONDITION.withDescription(
            asked == null
                ? "the header meridian-cluster is missing: expected \"" + cluster + "\""
                : "this is cluster \"" + cluster + "\", the call was for another one"),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static boolean isOfOperators(ServerCall<?, ?> call) {
    return call.getMethodDescriptor().getFullMethodName().startsWith(ADMIN_SERVICES);
  }

  /** A channel whose calls carry the header. */
  public Channel attachedTo(Channel channel) {
    Metadata headers = new Metadata();
    headers.put(KEY, cluster);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
