package dev.meridian.controlplane.apply.access;

import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.Grant;
import dev.meridian.access.GroupName;
import dev.meridian.access.Identity;
import dev.meridian.access.Subject;
import dev.meridian.access.Visibility;
import dev.meridian.controlplane.store.Keys.GrantKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.GrantRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who is who in one state, what is granted to them, and what is open to all. */
public final class Identities {

  /** The most grants, with denials, of one subject. */
  static final int MAX_GRANTS = 1_000;

  /** The rest is for who administers the cluster, whatever others have granted. */
  static final int SHARED_GRANTS = 900;

  private final Rows rows;

  public Identities(Rows rows) {
    this.rows = rows;
  }

  /** The anonymous principal. */
  public Identity anonymous() {
    return new Identity(Principal.ANONYMOUS, grantsOf(Subject.ANYONE));
  }

  /** Somebody by name; empty when there is no such account, or it is disabled. */
  public Optional<Identity> find(String principal) {
    return principal.isEmpty()
        ? Optional.of(anonymous())
        : name(principal)
            .flatMap(name ->
                rows.get(Tables.ACCOUNTS, name)
                    .filter(account -> !account.getDisabled())
                    .map(account -> of(name, account)));
  }

  /** An account, whether or not it is disabled. */
  public Identity of(AccountName name, AccountRecord account) {
    List<Grant> grants = new ArrayList<>(grantsOf(Subject.of(name)));
    for (String group : account.getGroupsList()) {
      grants.addAll(grantsOf(Subject.of(GroupName.parse(group))));
    }
    grants.addAll(grantsOf(Subject.AUTHENTICATED));
    grants.addAll(grantsOf(Subject.ANYONE));
    return new Identity(new Principal(name.value()), grants);
  }

  /** Who may pull from a repository without a grant; it need not exist. */
  public Visibility visibilityOf(RepositoryName repository) {
    String prefix = repository.value();
    Optional<Visibility> found = visibility(prefix);
    while (found.isEmpty() && !prefix.isEmpty()) {
      prefix = prefix.substring(0, Math.max(0, prefix.lastIndexOf('/')));
      found = visibility(prefix);
    }
    return found.orElse(Visibility.PRIVATE);
  }

  /** A row of the grants as the rules read it. */
  public static Grant grant(Row<GrantKey, GrantRecord> row) {
    return new Grant(
        row.key().subject(),
        row.key().pattern(),
        row.key().deny(),
        row.value().getActionsList().stream().map(Action::parse).collect(Collectors.toSet()),
        row.value().getRegionsList().stream().map(RegionId::parse).collect(Collectors.toSet()));
  }

  /** A principal that can be an account; empty when no account has such a name. */
  private static Optional<AccountName> name(String principal) {
    try {
      return Optional.of(AccountName.parse(principal));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private List<Grant> grantsOf(Subject subject) {
    return rows.scan(Tables.GRANTS, GrantKey.of(subject), MAX_GRANTS).stream()
        .map(Identities::grant)
        .toList();
  }

  private Optional<Visibility> visibility(String prefix) {
    return rows.get(Tables.VISIBILITIES, prefix)
        .map(rule ->
            switch (rule.getVisibility()) {
              case 1 -> Visibility.PUBLIC;
              case 2 -> Visibility.INTERNAL;
              // Of a newer server: closed, until this one knows it.
              default -> Visibility.PRIVATE;
            });
  }
}
