package dev.meridian.controlplane.rpc.login;

import dev.meridian.access.AccessRules;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.controlplane.query.AccessQueries;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.query.ReadableRepositories;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
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
  public ReadableRepositories readable(Queries queries) {
    AccessQueries access = queries.forAccess();
    return mayAll()
        ? access.readableByAll()
        : access.readableBy(OperatorLogin.caller().principal(), region);
  }

  /** Of which patterns the caller administers all repositories, in this state. */
  public Predicate<RepositoryPattern> administered(Queries queries) {
    if (mayAll()) {
      return any -> true;
    }
    return queries
        .forAccess()
        .identity(OperatorLogin.caller().principal())
        .<Predicate<RepositoryPattern>>map(
            identity -> pattern -> AccessRules.administers(identity, pattern, region))
        .orElse(any -> false);
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

  private boolean mayAll() {
    return !loginsRequired || OperatorLogin.caller().isCertified();
  }

  private static StatusRuntimeException denied(String what) {
    return Status.PERMISSION_DENIED
        .withDescription(OperatorLogin.caller().principal() + " may not do this: " + what)
        .asRuntimeException();
  }
}
