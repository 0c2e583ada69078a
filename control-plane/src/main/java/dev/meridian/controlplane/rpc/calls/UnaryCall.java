package dev.meridian.controlplane.rpc.calls;

import dev.meridian.controlplane.raft.Deadline;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A call with one reply: its handler and its deadline. */
public final class UnaryCall {
  /** How long a command may take at most. */
  public static final Duration COMMAND = Duration.ofSeconds(10);

  /** How long a query may take at most, its barrier included. */
  public static final Duration QUERY = Duration.ofSeconds(5);

  /** Our answer comes so much before the caller's own time-out. */
  private static final Duration MARGIN = Duration.ofMillis(100);

  private UnaryCall() {}

  /** Sends what the handler returns, or what {@link GrpcErrors} makes of what it throws. */
  public static <T> void answer(StreamObserver<T> reply, Supplier<T> handler) {
    // With a handler, an answer to a caller that has gone is dropped rather than an error.
    ((ServerCallStreamObserver<T>) reply).setOnCancelHandler(() -> {});
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

  /** The end of the current call: what the caller allows, and no longer than what we do. */
  public static Deadline deadline(Duration longest) {
    io.grpc.Deadline callers = Context.current().getDeadline();
    if (callers == null) {
      return Deadline.in(longest);
    }
    Duration left = Duration.ofNanos(callers.timeRemaining(TimeUnit.NANOSECONDS));
    Duration margin = left.dividedBy(10).compareTo(MARGIN) < 0 ? left.dividedBy(10) : MARGIN;
    return Deadline.in(longest).atMost(left.minus(margin));
  }
}
