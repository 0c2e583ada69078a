package dev.meridian.controlplane.query;

import dev.meridian.access.AccessDecision;
import dev.meridian.access.AccessRules;
import dev.meridian.access.AccountName;
import dev.meridian.access.Action;
import dev.meridian.access.Grant;
import dev.meridian.access.GroupName;
import dev.meridian.access.Identity;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.access.TagPattern;
import dev.meridian.access.Visibility;
import dev.meridian.controlplane.apply.access.Identities;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.controlplane.store.KeyRange;
import dev.meridian.controlplane.store.Keys.GrantKey;
import dev.meridian.controlplane.store.Keys.MemberKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Principal;
import dev.meridian.model.Quoted;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.AuditRecord;
import dev.meridian.proto.store.GroupRecord;
import dev.meridian.proto.store.SigningKeyRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Who may do what in one state. Pages are those of {@link Queries}. */
public final class AccessQueries {

  /** So many repositories that a reader may not read are looked at for one page of theirs. */
  static final int LOOKED_AT = 5_000;

  /** So many accounts are looked at for robots that expire. */
  private static final int EXPIRING = 100;

  /** Comes before the names of all robots. */
  private static final String BEFORE_ROBOTS = "robot.";

  /**
   * Somebody.
   *
   * @param name empty: the anonymous principal, whose record is empty
   * @param grants all that are about it, its groups, or everybody
   */
  public record AccountFound(String name, AccountRecord account, List<Grant> grants) {
    public AccountFound {
      grants = List.copyOf(grants);
    }
  }

  /** A row by its name. */
  public record Named<K, V>(K name, V value) {}

  /** By what a grant is told from others. */
  public record GrantName(Subject subject, RepositoryPattern pattern, boolean deny) {}

  /**
   * Whether somebody may do something.
   *
   * @param reason the rule that decides it, in words
   */
  public record Explanation(boolean allowed, String reason) {}

  /** Tags that do not move. */
  public record TagRule(RepositoryPattern pattern, TagPattern tags) {}

  /** What was audited under a revision. */
  public record Audited(long revision, AuditRecord event) {}

  /** A key that signs tokens. */
  public record SigningKey(String id, SigningKeyRecord key) {}

  /**
   * Repositories that a reader may pull from.
   *
   * @param last all up to this name were looked at; empty: all that there are
   */
  public record Readable(List<RepositoryName> repositories, boolean more, String last) {
    public Readable {
      repositories = List.copyOf(repositories);
    }
  }

  /** Which accounts are listed. */
  public enum Kind {
    ALL,
    USERS,
    ROBOTS
  }

  private final ReadView view;
  private final Identities identities;

  AccessQueries(ReadView view) {
    this.view = view;
    this.identities = new Identities(view);
  }

  /** Missing: ACCOUNT_UNKNOWN. The empty name is always there. */
  public Lookup<AccountFound> account(String name) {
    if (name.isEmpty()) {
      return new Lookup.Found<>(
          new AccountFound(
              "", AccountRecord.getDefaultInstance(), identities.anonymous().grants()));
    }
    return parsed(name)
        .flatMap(
            account -> view.get(Tables.ACCOUNTS, account).map(record -> found(account, record)))
        .<Lookup<AccountFound>>map(Lookup.Found::new)
        .orElseGet(() ->
            new Lookup.Missing<>(
                Rejection.of(
                    RejectionCode.ACCOUNT_UNKNOWN,
                    "account " + Quoted.of(name) + " does not exist")));
  }

  private AccountFound found(AccountName name, AccountRecord account) {
    return new AccountFound(name.value(), account, identities.of(name, account).grants());
  }

  private static Optional<AccountName> parsed(String name) {
    try {
      return Optional.of(AccountName.parse(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Who somebody is; empty when there is no such account, or it is disabled. */
  public Optional<Identity> identity(String principal) {
    return identities.find(principal);
  }

  /** Who may pull without a grant from a repository, which need not exist. */
  public Visibility visibility(RepositoryName repository) {
    return identities.visibilityOf(repository);
  }

  /**
   * Missing: ACCOUNT_UNKNOWN.
   *
   * @param now by which an account may have expired
   */
  public Lookup<Explanation> explain(
      String account, Action action, RepositoryName repository, RegionId region, Instant now) {
    return account(account)
        .map(found -> {
          if (found.account().getDisabled()) {
            return new Explanation(false, "account " + account + " is disabled");
          }
          long expires = found.account().getExpiresMs();
          if (expires != 0 && now.toEpochMilli() >= expires) {
            return new Explanation(
                false, "account " + account + " expired at " + Instant.ofEpochMilli(expires));
          }
          AccessDecision decision =
              AccessRules.decide(
                  new Identity(new Principal(found.name()), found.grants()),
                  repository,
                  visibility(repository),
                  action,
                  region);
          return new Explanation(decision.isAllowed(), decision.reason());
        });
  }

  /**
   * Repositories that hold a manifest and that the reader may pull from. Where very many rules keep
   * others from them, a page may be short though more follow. One who is not there reads nothing.
   */
  public Readable readable(String reader, RegionId region, String last, int limit) {
    int most = Math.min(limit, Queries.MAX_PAGE);
    List<RepositoryName> repositories = new ArrayList<>();
    Scan scan = new Scan();
    readableBy(reader, region)
        .visit(
            Tables.CATALOG,
            Tables.repositoriesAfter(last),
            (row, readable) -> {
              if (readable ? repositories.size() == most : scan.hidden == LOOKED_AT) {
                scan.more = true;
                return false;
              }
              scan.last = row.key().value();
              if (readable) {
                repositories.add(row.key());
              } else {
                scan.hidden++;
              }
              return true;
            });
    return new Readable(repositories, scan.more, scan.more ? scan.last : "");
  }

  /** What a reader may pull from; one who is not there reads nothing. */
  public ReadableRepositories readableBy(String reader, RegionId region) {
    return identity(reader)
        .map(known -> ReadableRepositories.by(view, known, region))
        .orElseGet(() -> ReadableRepositories.none(view));
  }

  /** What one may pull from whom nothing is refused. */
  public ReadableRepositories readableByAll() {
    return ReadableRepositories.all(view);
  }

  /** By name. */
  public Page<Named<AccountName, AccountRecord>> accounts(Kind kind, String last, int limit) {
    String from = kind == Kind.ROBOTS && last.compareTo(BEFORE_ROBOTS) < 0 ? BEFORE_ROBOTS : last;
    return PageCollector.page(
        view,
        Tables.ACCOUNTS,
        Tables.accountsAfter(from),
        limit,
        row -> kind == Kind.ALL || row.key().isRobot() == (kind == Kind.ROBOTS),
        row -> new Named<>(row.key(), row.value()));
  }

  /** By name. */
  public Page<Named<GroupName, GroupRecord>> groups(String last, int limit) {
    return PageCollector.page(
        view,
        Tables.GROUPS,
        Tables.groupsAfter(last),
        limit,
        row -> new Named<>(row.key(), row.value()));
  }

  /** Missing: GROUP_UNKNOWN. */
  public Lookup<Page<AccountName>> members(GroupName group, String last, int limit) {
    if (!view.contains(Tables.GROUPS, group)) {
      return new Lookup.Missing<>(
          Rejection.of(
              RejectionCode.GROUP_UNKNOWN, "group " + group + " does not exist", group.value()));
    }
    return new Lookup.Found<>(
        PageCollector.page(
            view,
            Tables.GROUP_MEMBERS,
            MemberKey.in(group, last),
            limit,
            row -> row.key().account()));
  }

  /**
   * Of a subject, or of all, by subject and pattern, after one that need not be there; those of the
   * wanted patterns.
   */
  public Page<Grant> grants(
      Optional<Subject> subject,
      Optional<GrantName> last,
      int limit,
      Predicate<RepositoryPattern> wanted) {
    KeyRange<GrantKey> all = subject.map(GrantKey::of).orElseGet(Tables.GRANTS::all);
    KeyRange<GrantKey> range =
        last.map(grant ->
                GrantKey.after(all, new GrantKey(grant.subject(), grant.pattern(), grant.deny())))
            .orElse(all);
    return PageCollector.page(
        view,
        Tables.GRANTS,
        range,
        limit,
        row -> wanted.test(row.key().pattern()),
        Identities::grant);
  }

  /** By prefix; each value a number of the log's visibilities. */
  public Map<String, Integer> visibilities() {
    Map<String, Integer> rules = new TreeMap<>();
    view.scan(Tables.VISIBILITIES, Tables.VISIBILITIES.all(), Queries.MAX_PAGE)
        .forEach(row -> rules.put(row.key(), row.value().getVisibility()));
    return rules;
  }

  /** By pattern. */
  public List<TagRule> tagRules() {
    return view.scan(Tables.TAG_RULES, Tables.TAG_RULES.all(), Queries.MAX_PAGE).stream()
        .map(row -> new TagRule(row.key().pattern(), row.key().tags()))
        .toList();
  }

  /** What was audited after a revision, the oldest first. */
  public Page<Audited> audit(long after, int limit) {
    return PageCollector.page(
        view,
        Tables.AUDIT,
        Tables.auditAfter(after),
        limit,
        row -> new Audited(row.key(), row.value()));
  }

  /** The newest first. */
  public List<SigningKey> signingKeys() {
    return view.scan(Tables.SIGNING_KEYS, Tables.SIGNING_KEYS.all(), Queries.MAX_PAGE).stream()
        .map(row -> new SigningKey(row.key().id(), row.value()))
        .toList()
        .reversed();
  }

  /** Whether there is a user. */
  public boolean hasUser() {
    return !accounts(Kind.USERS, "", 1).items().isEmpty();
  }

  /**
   * Robots whose end comes before a time and was not warned of, the earliest first; some of them.
   *
   * @param untilMillis Unix time
   */
  public List<Named<AccountName, AccountRecord>> expiringRobots(long untilMillis) {
    List<Named<AccountName, AccountRecord>> robots = new ArrayList<>();
    view.visit(
        Tables.ACCOUNTS,
        Tables.accountsAfter(BEFORE_ROBOTS),
        row -> {
          if (!row.key().isRobot()) {
            return false;
          }
          if (isExpiring(row, untilMillis)) {
            robots.add(new Named<>(row.key(), row.value()));
          }
          return robots.size() < EXPIRING;
        });
    robots.sort(Comparator.comparing(robot -> robot.value().getExpiresMs()));
    return robots;
  }

  private static boolean isExpiring(Row<AccountName, AccountRecord> row, long untilMillis) {
    AccountRecord account = row.value();
    return account.getExpiresMs() != 0
        && account.getExpiresMs() <= untilMillis
        && !account.getExpiryWarned()
        && !account.getDisabled();
  }

  /** How far a visit has come. */
  private static final class Scan {
    private int hidden;
    private boolean more;
    private String last = "";
  }
}
