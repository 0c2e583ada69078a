package dev.meridian.loadtest.commands;

import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.measure.OutstandingLane.Submission;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** One connection in plain text, alike for all servers. Answers are taken on its own thread. */
final class GrpcConnection implements AutoCloseable {

  /** How long a call may take. */
  private static final long PATIENCE_S = 10;

  private final ManagedChannel channel;

  GrpcConnection(Origin server) {
    channel =
        NettyChannelBuilder.forAddress(server.host(), server.port())
            .usePlaintext()
            .directExecutor()
            .build();
  }

  <S extends AbstractStub<S>> S stub(Function<ManagedChannel, S> stubs) {
    return stubs.apply(channel);
  }

  /** The same stub with the time that a call may take, from now on. */
  static <S extends AbstractStub<S>> S patient(S stub) {
    return stub.withDeadlineAfter(PATIENCE_S, TimeUnit.SECONDS);
  }

  /**
   * Waits for an answer.
   *
   * @throws IOException when there is none, or it is an error
   */
  static <T> T ask(String what, Supplier<T> call) throws IOException {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      throw new IOException(what + ": " + e.getMessage(), e);
    }
  }

  /** Tells how a call ended, which went well if the reply is as it should be. */
  static <T> StreamObserver<T> end(Predicate<T> isGood, Submission.Ending ending) {
    return new StreamObserver<>() {
      private boolean good;

      @Override
      public void onNext(T reply) {
        good = isGood.test(reply);
      }

      @Override
      public void onError(Throwable failure) {
        Status status = Status.fromThrowable(failure);
        ending.failed(new IOException(status.getCode() + ": " + status.getDescription()));
      }

      @Override
      public void onCompleted() {
        if (good) {
          ending.done();
        } else {
          ending.failed(new IOException("the reply says that nothing was changed"));
        }
      }
    };
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
