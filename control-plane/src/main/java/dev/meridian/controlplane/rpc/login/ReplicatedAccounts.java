package dev.meridian.controlplane.rpc.login;

import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.query.AccessQueries.AccountFound;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.proto.store.AccountRecord;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Accounts in this server's store. */
final class ReplicatedAccounts implements KnownAccounts {

  private static final Logger log = LoggerFactory.getLogger(ReplicatedAccounts.class);

  /** A round trip to the leader is shorter; who waits for it was about to be refused. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final RaftNode raft;
  private final Duration disconnected;

  /**
   * @param disconnected how long accounts count as they are known here while no quorum is in reach
   */
  ReplicatedAccounts(RaftNode raft, Duration disconnected) {
    this.raft = raft;
    this.disconnected = disconnected;
  }

  @Override
  public Optional<AccountRecord> find(String name) {
    Lookup<AccountFound> found =
        raft.live().query(queries -> queries.forAccess().account(name)).value();
    return switch (found) {
      case Lookup.Found<AccountFound>(AccountFound account) -> Optional.of(account.account());
      case Lookup.Missing<AccountFound> missing -> Optional.empty();
    };
  }

  @Override
  public boolean catchUp() {
    try {
      raft.barrier().await(UnaryCall.deadline(PATIENCE));
      return true;
    } catch (UnavailableException e) {
      log.debug("no quorum says whether the accounts here are up to date", e);
      return false;
    }
  }

  @Override
  public boolean isCurrent() {
    return raft.barrier().passedWithin(disconnected) || catchUp();
  }
}
