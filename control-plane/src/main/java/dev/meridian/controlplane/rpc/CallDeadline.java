package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.raft.Deadline;
import io.grpc.Context;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** How long a call may take: what the caller allows, and no longer than what we do. */
final class CallDeadline {

  /** Of commands. */
  static final Duration COMMAND = Duration.ofSeconds(10);

  /** Of queries, barriers included. */
  static final Duration QUERY = Duration.ofSeconds(5);

  /** So much earlier than the caller's, so that it gets our answer rather than its time-out. */
  private static final Duration MARGIN = Duration.ofMillis(100);

  private CallDeadline() {}

  /** Of the current call. */
  static Deadline current(Duration longest) {
    io.grpc.Deadline callers = Context.current().getDeadline();
    if (callers == null) {
      return Deadline.in(longest);
    }
    Duration left = Duration.ofNanos(callers.timeRemaining(TimeUnit.NANOSECONDS));
    Duration margin = left.dividedBy(10).compareTo(MARGIN) < 0 ? left.dividedBy(10) : MARGIN;
    return Deadline.in(longest).atMost(left.minus(margin));
  }
}
