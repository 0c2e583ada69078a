package dev.meridian.node.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.meridian.access.AccessDecision;
import dev.meridian.access.AccessRules;
import dev.meridian.access.Action;
import dev.meridian.access.Identity;
import dev.meridian.access.Visibility;
import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.AccessQueries;
import dev.meridian.node.metadata.AccessQueries.Account;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Accounts and the visibility of repositories as the metadata plane has them, and what follows from
 * it. What is told here is at most some five seconds old while a quorum is in reach: two in this
 * memory, and as long as the last contact is ago. May be called by any thread that may block.
 */
public final class AccountDirectory {

  private static final Duration MEMORY = Duration.ofSeconds(2);
  private static final long MOST_ACCOUNTS = 20_000;
  private static final long MOST_REPOSITORIES = 50_000;

  private final AccessQueries queries;
  private final QuorumContact contact;
  private final Duration disconnected;
  private final Cache<String, Optional<Account>> accounts =
      Caffeine.newBuilder().expireAfterWrite(MEMORY).maximumSize(MOST_ACCOUNTS).build();
  private final Cache<RepositoryName, Visibility> visibilities =
      Caffeine.newBuilder().expireAfterWrite(MEMORY).maximumSize(MOST_REPOSITORIES).build();

  /**
   * @param disconnected how long what is known here counts when no quorum is in reach
   */
  public AccountDirectory(AccessQueries queries, QuorumContact contact, Duration disconnected) {
    this.queries = queries;
    this.contact = contact;
    this.disconnected = disconnected;
  }

  /** Whether a quorum was in reach lately, so that what is told here counts. */
  public boolean isTrusted() {
    return contact.isWithin(disconnected);
  }

  /** The account of this name, if there is one. */
  public Optional<Account> account(String name) {
    return accounts.get(name, unknown -> queries.account(unknown, contact.revision()));
  }

  /** Who has not logged in. */
  public Identity anonymous() {
    return account(Principal.ANONYMOUS.name())
        .map(Account::identity)
        .orElse(new Identity(Principal.ANONYMOUS, List.of()));
  }

  /**
   * Whether somebody may do something here. What is known of accounts may have changed when no
   * quorum was in reach for long: then everybody may what is open to all, and nothing else.
   *
   * @param region that the client turned to
   */
  public AccessDecision decide(
      Identity identity, RepositoryName repository, Action action, RegionId region) {
    // Of most requests a grant decides: they need not wait for what the plane says of visibility.
    if (isTrusted()) {
      return AccessRules.decide(identity, repository, () -> visibility(repository), action, region);
    }
    return action == Action.PULL
        ? AccessRules.decide(anonymous(), repository, () -> visibility(repository), action, region)
        : new AccessDecision.NotGranted(visibility(repository));
  }

  private Visibility visibility(RepositoryName repository) {
    return visibilities.get(repository, unknown -> queries.visibility(unknown, contact.revision()));
  }
}
