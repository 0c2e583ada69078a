package dev.meridian.node.auth;

import dev.meridian.node.metadata.AccessQueries;
import dev.meridian.node.metadata.MetadataUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When this node last heard from a quorum, and which revision that had. What is then read at that
 * revision is no older, and no request waits for another region to learn it.
 */
public final class QuorumContact implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QuorumContact.class);

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Until then nobody's login counts. */
  private static final Duration UNTIL_FIRST = Duration.ofMillis(100);

  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private record Heard(long revision, long nanos) {}

  private final AccessQueries queries;
  private final LongSupplier nanoTime;
  private final Thread thread = Thread.ofVirtual().name("quorum-contact").unstarted(this::run);
  private volatile Heard last;

  public QuorumContact(AccessQueries queries, LongSupplier nanoTime) {
    this.queries = queries;
    this.nanoTime = nanoTime;
  }

  /** Begins to ask, every second; more often until a quorum is heard of. */
  public void start() {
    thread.start();
  }

  /** The revision that a quorum had when it was last heard of; 0 when it never was. */
  public long revision() {
    Heard heard = last;
    return heard == null ? 0 : heard.revision();
  }

  /** Whether a quorum was heard of at most so long ago. */
  public boolean isWithin(Duration age) {
    Heard heard = last;
    return heard != null && nanoTime.getAsLong() - heard.nanos() <= age.toNanos();
  }

  /** Asks once. */
  void ask() {
    long begun = nanoTime.getAsLong();
    try {
      last = new Heard(queries.currentRevision(DEADLINE), begun);
    } catch (MetadataUnavailableException e) {
      LOG.debug("no quorum answers", e);
    }
  }

  private void run() {
    try {
      while (true) {
        ask();
        TimeUnit.NANOSECONDS.sleep((last == null ? UNTIL_FIRST : PERIOD).toNanos());
      }
    } catch (InterruptedException e) {
      LOG.debug("no more questions to the quorum");
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
