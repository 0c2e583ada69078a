package dev.meridian.controlplane.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.access.AccountName;
import dev.meridian.access.GroupName;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.store.Keys.GrantKey;
import dev.meridian.controlplane.store.Keys.MemberKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Table;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Meta;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.GrantRecord;
import dev.meridian.proto.store.GroupRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What holds between the tables of access after every command. */
final class AccessInvariants {

  private final ReadView view;
  private final Map<AccountName, AccountRecord> accounts;
  private final Map<GroupName, GroupRecord> groups;
  private final Map<GrantKey, GrantRecord> grants;

  AccessInvariants(ReadView view) {
    this.view = view;
    this.accounts = rows(Tables.ACCOUNTS);
    this.groups = rows(Tables.GROUPS);
    this.grants = rows(Tables.GRANTS);
  }

  void check() {
    membershipsAreWrittenOnBothSides();
    grantsAreOfSubjectsThatAreThere();
    administratorsAreThoseWhoAreGrantedAll();
    accountsAreUsersOrRobots();
    repositoriesAreFoundByTheirIds();
    fewSigningKeysAreKept();
    auditIsCountedAndBounded();
  }

  private void membershipsAreWrittenOnBothSides() {
    Set<MemberKey> ofAccounts = new HashSet<>();
    accounts.forEach((name, account) -> {
      assertThat(account.getGroupsList()).isSorted().doesNotHaveDuplicates();
      account
          .getGroupsList()
          .forEach(group -> ofAccounts.add(new MemberKey(GroupName.parse(group), name)));
    });
    assertThat(rows(Tables.GROUP_MEMBERS).keySet()).isEqualTo(ofAccounts);
    Map<GroupName, Long> counts = new HashMap<>();
    groups.keySet().forEach(group -> counts.put(group, 0L));
    ofAccounts.forEach(member -> counts.merge(member.group(), 1L, Long::sum));
    Map<GroupName, Long> counted = new HashMap<>();
    groups.forEach((group, record) -> counted.put(group, record.getMembers()));
    assertThat(counted).isEqualTo(counts);
  }

  private void grantsAreOfSubjectsThatAreThere() {
    for (GrantKey grant : grants.keySet()) {
      Subject subject = grant.subject();
      if (subject.isGroup() && !subject.isBuiltIn()) {
        assertThat(groups).containsKey(GroupName.parse(subject.name()));
      } else if (!subject.isGroup()) {
        assertThat(accounts).containsKey(AccountName.parse(subject.name()));
      }
    }
  }

  private void administratorsAreThoseWhoAreGrantedAll() {
    Set<Subject> expected = new HashSet<>();
    grants.forEach((key, grant) -> {
      if (!key.deny()
          && key.pattern().equals(RepositoryPattern.ALL)
          && grant.getActionsList().contains("admin")
          && grant.getRegionsCount() == 0) {
        expected.add(key.subject());
      }
    });
    assertThat(rows(Tables.ADMINISTRATORS).keySet()).isEqualTo(expected);
  }

  private void accountsAreUsersOrRobots() {
    accounts.forEach((name, account) -> {
      if (name.isRobot()) {
        assertThat(account.getPasswordHash()).isEmpty();
        assertThat(account.getSecretsCount()).isLessThanOrEqualTo(2);
      } else {
        assertThat(account.getSecretsList()).isEmpty();
        assertThat(account.getExpiresMs()).isZero();
      }
    });
  }

  private void repositoriesAreFoundByTheirIds() {
    Map<Long, RepositoryName> expected = new HashMap<>();
    rows(Tables.REPOSITORIES).forEach((name, record) -> expected.put(record.getId(), name));
    assertThat(rows(Tables.REPOSITORY_IDS)).isEqualTo(expected);
  }

  private void fewSigningKeysAreKept() {
    assertThat(rows(Tables.SIGNING_KEYS)).hasSizeLessThanOrEqualTo(8);
  }

  private void auditIsCountedAndBounded() {
    Set<Long> revisions = rows(Tables.AUDIT).keySet();
    assertThat(view.number(Meta.AUDIT_ROWS)).isEqualTo(revisions.size());
    assertThat(revisions)
        .allMatch(revision -> revision > view.number(Meta.AUDIT_DROPPED))
        .allMatch(revision -> revision <= view.revision());
  }

  private <K, V> Map<K, V> rows(Table<K, V> table) {
    Map<K, V> rows = new LinkedHashMap<>();
    for (Row<K, V> row : view.scan(table, table.all(), Integer.MAX_VALUE)) {
      rows.put(row.key(), row.value());
    }
    return rows;
  }
}
