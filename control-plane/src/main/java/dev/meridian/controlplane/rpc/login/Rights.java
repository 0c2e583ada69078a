package dev.meridian.controlplane.rpc.login;

import dev.meridian.access.AccessRules;
import dev.meridian.access.Action;
import dev.meridian.access.Identity;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.controlplane.query.AccessQueries;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the caller of the present call may, as this replica knows it: what is read, and what no
 * command decides. Changes are decided once more in apply.
 */
public final class Rights {

  private final boolean loginsRequired;
  private final RegionId region;
  private final RaftNode raft;

  public Rights(boolean loginsRequired, RaftNode raft) {
    this.loginsRequired = loginsRequired;
    this.region = raft.region();
    this.raft = raft;
  }

  /** Which repositories the caller may pull from, in this state. */
  public Predicate<RepositoryName> readable(Queries queries) {
    AccessQueries access = queries.forAccess();
    return rule(
        access,
        identity ->
            repository ->
                AccessRules.decide(
                        identity, repository, access.visibility(repository), Action.PULL, region)
                    .isAllowed());
  }

  /** Of which patterns the caller administers all repositories, in this state. */
  public Predicate<RepositoryPattern> administered(Queries queries) {
    return rule(
        queries.forAccess(),
        identity -> pattern -> AccessRules.administers(identity, pattern, region));
  }

  /** Whether the caller is this account. */
  public boolean isCaller(String account) {
    return loginsRequired && OperatorLogin.caller().principal().equals(account);
  }

  /**
   * Refuses who does not administer the cluster.
   *
   * @throws StatusRuntimeException PERMISSION_DENIED
   */
  public void requireAll() {
    if (loginsRequired) {
      require(RepositoryPattern.ALL);
    }
  }

  /**
   * Refuses who does not administer all repositories of a pattern.
   *
   * @throws StatusRuntimeException PERMISSION_DENIED
   */
  public void require(RepositoryPattern pattern) {
    if (!raft.live().query(queries -> administered(queries).test(pattern)).value()) {
      throw denied("admin on " + pattern);
    }
  }

  /**
   * Refuses who may not pull, in the same words whether or not the repository is there.
   *
   * @throws StatusRuntimeException PERMISSION_DENIED
   */
  public void requirePull(RepositoryName repository) {
    if (!raft.live().query(queries -> readable(queries).test(repository)).value()) {
      throw denied("pull on repository " + repository);
    }
  }

  private <T> Predicate<T> rule(AccessQueries access, Function<Identity, Predicate<T>> ofIdentity) {
    if (!loginsRequired || OperatorLogin.caller().isCertified()) {
      return any -> true;
    }
    return access.identity(OperatorLogin.caller().principal()).map(ofIdentity).orElse(any -> false);
  }

  private static StatusRuntimeException denied(String what) {
    return Status.PERMISSION_DENIED
        .withDescription(OperatorLogin.caller().principal() + " may not do this: " + what)
        .asRuntimeException();
  }
}
