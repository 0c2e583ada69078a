package dev.meridian.controlplane.cli;

import com.google.protobuf.ByteString;
import dev.meridian.proto.metadata.RejectionDetail;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A metadata server on a socket, as far as a test makes its services. */
final class FakeServer implements AutoCloseable {

  private static final Metadata.Key<byte[]> REJECTION =
      Metadata.Key.of("meridian-rejection-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final Metadata.Key<String> OUTCOME =
      Metadata.Key.of("meridian-outcome", Metadata.ASCII_STRING_MARSHALLER);

  static final String DIGEST = "sha256:" + "a".repeat(64);
  static final String OTHER = "sha256:" + "b".repeat(64);
  static final com.google.protobuf.Timestamp TIME =
      com.google.protobuf.Timestamp.newBuilder()
          .setSeconds(Instant.parse("2026-11-23T10:00:00Z").getEpochSecond())
          .build();

  private final Server server;

  private FakeServer(Server server) {
    this.server = server;
  }

  static FakeServer of(BindableService... services) {
    return of(List.of(), services);
  }

  /** The same behind an interceptor. */
  static FakeServer of(ServerInterceptor interceptor, BindableService... services) {
    return of(List.of(interceptor), services);
  }

  private static FakeServer of(List<ServerInterceptor> interceptors, BindableService... services) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    interceptors.forEach(builder::intercept);
    List.of(services).forEach(builder::addService);
    try {
      return new FakeServer(builder.build().start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An address at which nobody listens. */
  static String closedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  /** Runs {@code meridianctl} against it. */
  Ran run(String... arguments) {
    return Ran.of(asked(arguments));
  }

  /** The same on a terminal, at which this is typed. */
  Ran typing(String input, String... arguments) {
    return Ran.typing(input, asked(arguments));
  }

  private String[] asked(String... arguments) {
    List<String> all = new ArrayList<>(List.of("--server", address()));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  /** Answers with what the supplier returns, or the status that it throws. */
  static <T> void answer(StreamObserver<T> reply, Supplier<T> answer) {
    T given;
    try {
      given = answer.get();
    } catch (StatusRuntimeException e) {
      reply.onError(e);
      return;
    }
    reply.onNext(given);
    reply.onCompleted();
  }

  static StatusRuntimeException rejected(Status status, String code, String message) {
    Metadata trailers = new Metadata();
    trailers.put(
        REJECTION,
        RejectionDetail.newBuilder().setCode(code).setMessage(message).build().toByteArray());
    return status.withDescription(code).asRuntimeException(trailers);
  }

  static StatusRuntimeException unavailable(String message, String outcome) {
    Metadata trailers = new Metadata();
    trailers.put(OUTCOME, outcome);
    return Status.UNAVAILABLE.withDescription(message).asRuntimeException(trailers);
  }

  static boolean isCommandId(ByteString id) {
    return id.size() == 16 && !id.equals(ByteString.copyFrom(new byte[16]));
  }
}
