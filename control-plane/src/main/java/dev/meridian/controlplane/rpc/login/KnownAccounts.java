package dev.meridian.controlplane.rpc.login;

import dev.meridian.proto.store.AccountRecord;
import java.util.Optional;

/** The accounts of the cluster, as this server knows them. */
interface KnownAccounts {

  /** The account of this name, as it stands here. */
  Optional<AccountRecord> find(String name);

  /**
   * Waits for a moment until what was acknowledged anywhere before the call is known here.
   *
   * @return false when no quorum says that it is
   */
  boolean catchUp();

  /** Whether what is known here counts: a quorum is in reach, or was not long ago. */
  boolean isCurrent();
}
