package dev.meridian.node.metadata;

import java.time.Duration;

/**
 * How fresh a read must be.
 *
 * @param maxStaleness with {@link Mode#BOUNDED}: the age of the newest barrier at most
 * @param minRevision the answer has seen at least this revision; 0 asks nothing
 */
public record Freshness(Mode mode, Duration maxStaleness, long minRevision) {

  /** DESIGN, "Reads". */
  public enum Mode {
    /** Sees every write that was acknowledged, anywhere, before the read began. */
    LINEARIZABLE,
    /** A hit is answered by the nearest replica as it stands; a miss is linearizable. */
    LOCAL,
    /** At most so old. */
    BOUNDED
  }

  public static final Freshness LINEARIZABLE = new Freshness(Mode.LINEARIZABLE, Duration.ZERO, 0);
  public static final Freshness LOCAL = new Freshness(Mode.LOCAL, Duration.ZERO, 0);

  /** The same, with at least this revision. */
  public Freshness atLeast(long revision) {
    return new Freshness(mode, maxStaleness, Math.max(minRevision, revision));
  }
}
