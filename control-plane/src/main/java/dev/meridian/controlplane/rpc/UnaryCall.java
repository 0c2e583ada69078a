package dev.meridian.controlplane.rpc;

import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Runs the handler of a call with one reply. */
final class UnaryCall {
  private UnaryCall() {}

  /** Sends what the handler returns, or what {@link GrpcErrors} makes of what it throws. */
  static <T> void answer(StreamObserver<T> reply, Supplier<T> handler) {
    T answer;
    try {
      answer = handler.get();
    } catch (RuntimeException e) {
      reply.onError(GrpcErrors.of(e));
      return;
    }
    reply.onNext(answer);
    reply.onCompleted();
  }
}
