package dev.meridian.controlplane.rpc.login;

import dev.meridian.controlplane.query.AccessQueries.AccountFound;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.proto.store.AccountRecord;
import java.util.Optional;

/** Accounts in this server's store. */
final class ReplicatedAccounts implements KnownAccounts {

  private final RaftNode raft;

  ReplicatedAccounts(RaftNode raft) {
    this.raft = raft;
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
}
