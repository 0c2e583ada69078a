package dev.meridian.controlplane.rpc.calls;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;

/**
 * Marks calls that another server has passed on, by a header, so that they go no further. The login
 * of who made the call goes with it.
 */
public final class Forwarded implements ServerInterceptor {

  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("meridian-forwarded", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<Boolean> FORWARDED =
      Context.keyWithDefault("meridian-forwarded", false);

  /** Who logs in, and how. */
  public static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Context.Key<String> LOGIN = Context.key("meridian-login");

  /** Whether the present call was passed on. */
  public static boolean isForwarded() {
    return FORWARDED.get();
  }

  /** A stub whose calls are marked. */
  public static <S extends AbstractStub<S>> S mark(S stub) {
    Metadata headers = new Metadata();
    headers.put(HEADER, "1");
    String login = LOGIN.get();
    if (login != null) {
      headers.put(AUTHORIZATION, login);
    }
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return Contexts.interceptCall(
        Context.current()
            .withValue(FORWARDED, headers.containsKey(HEADER))
            .withValue(LOGIN, headers.get(AUTHORIZATION)),
        call,
        headers,
        next);
  }
}
