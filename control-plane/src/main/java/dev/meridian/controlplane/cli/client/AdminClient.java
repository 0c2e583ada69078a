package dev.meridian.controlplane.cli.client;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Calls the admin services of one metadata server. Each call ends within the time-out, and repeats
 * what may be repeated until then; what fails is an {@link AdminException}. Services are given as
 * the factories of their blocking stubs.
 */
public final class AdminClient implements AutoCloseable {

  private static final int COMMAND_ID_BYTES = 16;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** An attempt in less than this part of the time-out would only hide why the last one failed. */
  private static final int SHORTEST_PART = 20;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final String NOT_KNOWN = ". It may have been done all the same: ";

  /** A call on a stub, which carries the deadline. */
  public interface Call<S, T, X extends Exception> {
    T on(S stub) throws StatusException, X;
  }

  /** A call that carries a command id, so that it is done once however often it is sent. */
  public interface Command<S, T> {
    T on(S stub, ByteString commandId) throws StatusException;
  }

  private final ServerAddress server;
  private final ManagedChannel channel;
  private final Channel calls;
  private final Duration timeout;
  private final AdminErrors errors;

  private AdminClient(
      ServerAddress server,
      ManagedChannel channel,
      Channel calls,
      Duration timeout,
      AdminErrors errors) {
    this.server = server;
    this.channel = channel;
    this.calls = calls;
    this.timeout = timeout;
    this.errors = errors;
  }

  /** A client of the server at this address; nothing is connected before the first call. */
  public static AdminClient of(ServerAddress server, ServerTrust trust, Duration timeout) {
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(server.host(), server.port(), trust.credentials()).build();
    return new AdminClient(
        server, channel, channel, timeout, new AdminErrors(server, trust, timeout));
  }

  /** The same connection, on which every call logs in; closing either closes both. */
  public AdminClient as(String user, String password) {
    Metadata headers = new Metadata();
    headers.put(
        AUTHORIZATION,
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    return new AdminClient(
        server,
        channel,
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
        timeout,
        errors);
  }

  /** The same connection with another time-out; closing either closes both. */
  public AdminClient within(Duration other) {
    return new AdminClient(server, channel, calls, other, errors.within(other));
  }

  /** Asks something; repeats it when the server cannot answer. */
  public <S extends AbstractStub<S>, T> T query(
      Function<Channel, S> service, Call<S, T, RuntimeException> call) {
    return attempts(service, call, true, "");
  }

  /**
   * Sends a command under a fresh id, which its repetitions keep.
   *
   * @param advice a sentence: what to do when it is not known whether it was done
   */
  public <S extends AbstractStub<S>, T> T command(
      Function<Channel, S> service, String advice, Command<S, T> command) {
    byte[] random = new byte[COMMAND_ID_BYTES];
    new SecureRandom().nextBytes(random);
    ByteString id = ByteString.copyFrom(random);
    return attempts(service, stub -> command.on(stub, id), true, NOT_KNOWN + advice);
  }

  /**
   * Asks for a change that has no command id; repeated only when nothing was done.
   *
   * @param advice a sentence: what to do when it is not known whether it was done
   */
  public <S extends AbstractStub<S>, T> T change(
      Function<Channel, S> service, String advice, Call<S, T, RuntimeException> call) {
    return attempts(service, call, false, NOT_KNOWN + advice);
  }

  /** Calls once, for what cannot be repeated as it is, such as a stream into a file. */
  public <S extends AbstractStub<S>, T, X extends Exception> T once(
      Function<Channel, S> service, Call<S, T, X> call) throws X {
    try {
      return call.on(stub(service, timeout.toNanos()));
    } catch (StatusException e) {
      throw errors.exception(e, "");
    }
  }

  private <S extends AbstractStub<S>, T> T attempts(
      Function<Channel, S> service,
      Call<S, T, RuntimeException> call,
      boolean repeatable,
      String advice) {
    long end = System.nanoTime() + timeout.toNanos();
    Duration pause = FIRST_PAUSE;
    boolean open = false;
    StatusException busy = null;
    while (true) {
      StatusException failure;
      try {
        return call.on(stub(service, end - System.nanoTime()));
      } catch (StatusException e) {
        failure = e;
      }
      AdminErrors.Kind kind = errors.kind(failure);
      open |= kind.leavesOpen();
      boolean again =
          switch (kind) {
            case BUSY -> true;
            case BROKEN -> repeatable;
            case REFUSED, UNREACHED, LATE, FAULTY -> false;
          };
      if (kind == AdminErrors.Kind.BUSY) {
        busy = failure;
      }
      long left = end - System.nanoTime() - pause.toNanos();
      if (!again || left < timeout.toNanos() / SHORTEST_PART) {
        // A server that said why it cannot says more than one that is silent.
        boolean silent = kind == AdminErrors.Kind.LATE && busy != null;
        throw errors.exception(silent ? busy : failure, open ? advice : "");
      }
      sleep(pause);
      pause = Duration.ofMillis(Math.min(2 * pause.toMillis(), LONGEST_PAUSE.toMillis()));
    }
  }

  private <S extends AbstractStub<S>> S stub(Function<Channel, S> service, long nanos) {
    return service.apply(calls).withDeadlineAfter(nanos, TimeUnit.NANOSECONDS);
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AdminException.failed("interrupted", e);
    }
  }

  /** The server that is asked. */
  public ServerAddress server() {
    return server;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
