package dev.meridian.controlplane.rpc.calls;

import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.raft.AppliedRevision;
import dev.meridian.controlplane.raft.Barrier;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.proto.metadata.ReadOptions;
import java.time.Duration;
import java.util.function.Function;

/**
 * Reads of the region's own store that are as fresh as they were asked to be (DESIGN, "Reads").
 * Each takes one snapshot, after its barrier. A miss is confirmed by a barrier in every mode: only
 * then does it say that something is nowhere.
 */
public final class Reads {

  private final RaftNode raft;
  private final LiveDatabase live;
  private final Barrier barrier;
  private final AppliedRevision applied;

  public Reads(RaftNode raft) {
    this.raft = raft;
    this.live = raft.live();
    this.barrier = raft.barrier();
    this.applied = raft.applied();
  }

  /**
   * Looks one thing up.
   *
   * @throws RejectedException when it is not there
   */
  public <T> Answer<T> lookUp(
      ReadOptions options, Deadline deadline, Function<Queries, Lookup<T>> query) {
    boolean confirmed = freshen(options, deadline);
    Answer<Lookup<T>> seen = live.query(query);
    if (seen.value() instanceof Lookup.Missing<T> && !confirmed) {
      barrier.await(deadline);
      seen = live.query(query);
    }
    return switch (seen.value()) {
      case Lookup.Found<T> found -> new Answer<>(found.value(), seen.revision());
      case Lookup.Missing<T> missing ->
          throw new RejectedException(missing.rejection().toProto(), seen.revision());
    };
  }

  /** Asks for what cannot be missing. */
  public <T> Answer<T> list(ReadOptions options, Deadline deadline, Function<Queries, T> query) {
    return lookUp(options, deadline, queries -> new Lookup.Found<>(query.apply(queries)));
  }

  /** Asks this replica as it stands. */
  public <T> Answer<T> local(Function<Queries, T> query) {
    raft.requireMember();
    return live.query(query);
  }

  /** Waits until a quorum has confirmed that this replica is up to date; its revision. */
  public long confirm(Deadline deadline) {
    raft.requireMember();
    barrier.await(deadline);
    return applied.current();
  }

  /** True when a barrier that began after the call has passed. */
  private boolean freshen(ReadOptions options, Deadline deadline) {
    raft.requireMember();
    boolean confirmed =
        switch (options.getMode()) {
          case LOCAL -> false;
          case BOUNDED ->
              !barrier.passedWithin(Duration.ofMillis(options.getMaxStalenessMs()))
                  && passed(deadline);
          // A mode of a newer version: the strictest is right.
          case LINEARIZABLE, UNRECOGNIZED -> passed(deadline);
        };
    applied.await(options.getMinRevision(), deadline);
    return confirmed;
  }

  private boolean passed(Deadline deadline) {
    barrier.await(deadline);
    return true;
  }
}
