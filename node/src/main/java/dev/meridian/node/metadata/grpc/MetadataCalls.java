package dev.meridian.node.metadata.grpc;

import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.metadata.grpc.EndpointSelector.Need;
import dev.meridian.node.metadata.grpc.MetadataErrors.Failure;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.MetadataServiceGrpc.MetadataServiceBlockingV2Stub;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Asks metadata servers one after the other until one decides or the deadline passes. One attempt
 * takes at most half of the whole, so that a server that hangs leaves time for another.
 */
final class MetadataCalls {

  private static final Metadata.Key<String> CLUSTER =
      Metadata.Key.of("meridian-cluster", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  /** An attempt in what is left of the deadline then would only blame a server that is well. */
  private static final int SHORTEST_PART = 20;

  /** One call on the stub of one server. */
  interface Call<T> {
    T on(MetadataServiceBlockingV2Stub stub) throws StatusException;
  }

  private final EndpointSelector selector;
  private final Metadata headers = new Metadata();

  MetadataCalls(EndpointSelector selector, String cluster) {
    this.selector = selector;
    headers.put(CLUSTER, cluster);
  }

  /** The channel to a server with the headers that every call carries. */
  Channel channel(MetadataEndpoint endpoint) {
    return ClientInterceptors.intercept(
        endpoint.channel(), MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /**
   * The answer of the first server that has one.
   *
   * @param what is asked, for messages
   */
  <T> T call(String what, Need need, Duration deadline, Call<T> call) {
    long end = System.nanoTime() + deadline.toNanos();
    Attempts attempts = new Attempts(what, need, deadline);
    Duration pause = FIRST_PAUSE;
    while (true) {
      for (MetadataEndpoint endpoint : selector.order(need)) {
        long begun = System.nanoTime();
        long left = end - begun;
        if (left < deadline.toNanos() / SHORTEST_PART || Thread.currentThread().isInterrupted()) {
          throw attempts.unavailable();
        }
        long limit = Math.min(left, deadline.toNanos() / 2);
        try {
          T answer = call.on(stub(endpoint).withDeadlineAfter(limit, TimeUnit.NANOSECONDS));
          attempts.decided(endpoint);
          return answer;
        } catch (StatusException e) {
          attempts.failed(endpoint, e, Duration.ofNanos(System.nanoTime() - begun));
        }
      }
      pause(pause, end);
      pause = Duration.ofMillis(Math.min(pause.toMillis() * 2, LONGEST_PAUSE.toMillis()));
    }
  }

  private MetadataServiceBlockingV2Stub stub(MetadataEndpoint endpoint) {
    return MetadataServiceGrpc.newBlockingV2Stub(channel(endpoint));
  }

  /** Waits for about this long, so that callers do not come back all at once. */
  private static void pause(Duration pause, long end) {
    long nanos = ThreadLocalRandom.current().nextLong(pause.toNanos() / 2, pause.toNanos());
    try {
      TimeUnit.NANOSECONDS.sleep(Math.max(0, Math.min(nanos, end - System.nanoTime())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What came of the attempts so far. */
  private final class Attempts {
    private final String what;
    private final Need need;
    private final Duration deadline;
    private final Map<MetadataEndpoint, Duration> undecided = new HashMap<>();
    private boolean outcomeUnknown;
    private StatusException last;

    Attempts(String what, Need need, Duration deadline) {
      this.what = what;
      this.need = need;
      this.deadline = deadline;
    }

    void decided(MetadataEndpoint endpoint) {
      undecided.remove(endpoint);
      undecided.forEach((other, took) -> selector.outdone(other, need, took));
      selector.answered(endpoint, need);
    }

    void failed(MetadataEndpoint endpoint, StatusException e, Duration took) {
      switch (MetadataErrors.of(e, endpoint)) {
        case Failure.Rejected rejected -> {
          decided(endpoint);
          throw rejected.exception();
        }
        case Failure.Refused refused -> throw refused.exception();
        case Failure.Retryable retryable -> {
          if (retryable.answered()) {
            undecided.put(endpoint, took);
          } else {
            selector.failed(endpoint, took);
          }
          outcomeUnknown |= retryable.outcomeUnknown();
          // A server that says why it cannot decide says more than one that is silent.
          if (last == null || retryable.answered()) {
            last = e;
          }
        }
      }
    }

    MetadataUnavailableException unavailable() {
      String cause = last == null ? "interrupted" : last.getMessage();
      return new MetadataUnavailableException(
          what + ": no metadata server decided within " + deadline.toMillis() + " ms: " + cause,
          outcomeUnknown,
          last);
    }
  }
}
