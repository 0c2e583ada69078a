package dev.meridian.controlplane.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.access.Action;
import dev.meridian.access.Visibility;
import dev.meridian.controlplane.apply.AccessOperations;
import dev.meridian.controlplane.apply.AppliedStore;
import dev.meridian.controlplane.apply.Operations;
import dev.meridian.controlplane.query.AccessQueries.AccountFound;
import dev.meridian.controlplane.query.AccessQueries.Explanation;
import dev.meridian.controlplane.query.AccessQueries.Kind;
import dev.meridian.controlplane.query.AccessQueries.Readable;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.Command;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessQueriesTest {

  private static final RegionId REGION = RegionId.parse("us-east");

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
    store.accepted(AccessOperations.createUser("alice"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void pushMany(int repositories) {
    apply(repositories, i -> Operations.put(Operations.manifest("team/app%05d".formatted(i), "m")));
  }

  private void apply(int commands, IntFunction<Command.Builder> command) {
    for (int from = 0; from < commands; from += 400) {
      store.apply(
          IntStream.range(from, Math.min(commands, from + 400))
              .mapToObj(i -> store.command(command.apply(i)))
              .toList());
    }
  }

  @Test
  void aPageIsFullHoweverManyOthersAreHiddenFromItsReader() {
    pushMany(AccessQueries.LOOKED_AT + 200);
    store.accepted(AccessOperations.grant("alice", "pull", "team/app05100"));
    Readable only = access(queries -> queries.readable("alice", REGION, "", 1));
    assertThat(only)
        .isEqualTo(new Readable(List.of(RepositoryName.parse("team/app05100")), false, ""));
    Readable none = access(queries -> queries.readable("nobody", REGION, "", 10));
    assertThat(none).isEqualTo(new Readable(List.of(), false, ""));
  }

  @Test
  void aPageLooksAtABoundedNumberOfRepositoriesThatRulesHide() {
    int repositories = AccessQueries.LOOKED_AT + 200;
    pushMany(repositories);
    store.accepted(AccessOperations.visibility("team", dev.meridian.proto.log.Visibility.INTERNAL));
    apply(
        repositories - 1,
        i ->
            AccessOperations.visibility(
                "team/app%05d".formatted(i), dev.meridian.proto.log.Visibility.PRIVATE));
    Readable first = access(queries -> queries.readable("alice", REGION, "", 10));
    assertThat(first.repositories()).isEmpty();
    assertThat(first.more()).isTrue();
    assertThat(first.last()).isEqualTo("team/app%05d".formatted(AccessQueries.LOOKED_AT - 1));
    Readable second = access(queries -> queries.readable("alice", REGION, first.last(), 10));
    assertThat(second.repositories())
        .containsExactly(RepositoryName.parse("team/app%05d".formatted(repositories - 1)));
    assertThat(second.more()).isFalse();
  }

  @Test
  void aFullPageSaysWhereTheNextBegins() {
    for (String name : List.of("a", "b", "c")) {
      store.accepted(Operations.put(Operations.manifest(name, "m")));
    }
    store.accepted(AccessOperations.visibility("", dev.meridian.proto.log.Visibility.INTERNAL));
    store.accepted(AccessOperations.visibility("b", dev.meridian.proto.log.Visibility.PRIVATE));
    List<String> names = new ArrayList<>();
    Readable page = access(queries -> queries.readable("alice", REGION, "", 1));
    page.repositories().forEach(name -> names.add(name.value()));
    assertThat(page.more()).isTrue();
    String from = page.last();
    Readable next = access(queries -> queries.readable("alice", REGION, from, 5));
    next.repositories().forEach(name -> names.add(name.value()));
    assertThat(names).containsExactly("a", "c");
    Readable anonymous = access(queries -> queries.readable("", REGION, "", 5));
    assertThat(anonymous.repositories()).isEmpty();
  }

  @Test
  void theLongestPrefixSaysWhoMaySee() {
    store.accepted(AccessOperations.visibility("team", dev.meridian.proto.log.Visibility.PUBLIC));
    store.accepted(
        AccessOperations.visibility("team/app", dev.meridian.proto.log.Visibility.INTERNAL));
    assertThat(visibility("team")).isEqualTo(Visibility.PUBLIC);
    assertThat(visibility("team/other")).isEqualTo(Visibility.PUBLIC);
    assertThat(visibility("team/app/part")).isEqualTo(Visibility.INTERNAL);
    assertThat(visibility("team2")).isEqualTo(Visibility.PRIVATE);
  }

  @Test
  void anAccountHasWhatIsGrantedToItItsGroupsAndEverybody() {
    store.accepted(AccessOperations.createGroup("dev"));
    store.accepted(AccessOperations.member("dev", "alice", true));
    store.accepted(AccessOperations.grant("group:dev", "push", "dev/*"));
    store.accepted(AccessOperations.grant("group:anyone", "pull", "open/*"));
    store.accepted(AccessOperations.grant("group:authenticated", "pull", "ours/*"));
    store.accepted(AccessOperations.grant("alice", "pull", "mine/*"));
    assertThat(patterns("alice")).containsExactly("mine/*", "dev/*", "ours/*", "open/*");
    assertThat(patterns("")).containsExactly("open/*");
    Lookup<AccountFound> missing = access(queries -> queries.account("al:ice"));
    assertThat(missing).isInstanceOf(Lookup.Missing.class);
  }

  @Test
  void explanationsNameTheRule() {
    store.accepted(AccessOperations.grant("alice", "push", "team/*"));
    assertThat(explain("push")).isEqualTo(new Explanation(true, "alice is granted push on team/*"));
    assertThat(explain("pull"))
        .isEqualTo(new Explanation(false, "no grant gives it, and the repository is private"));
    store.accepted(AccessOperations.disable("alice", true));
    assertThat(explain("push")).isEqualTo(new Explanation(false, "account alice is disabled"));
  }

  @Test
  void aRobotThatHasExpiredMayNothing() {
    store.accepted(AccessOperations.createRobot("robot.ci", 60_000));
    store.accepted(AccessOperations.grant("robot.ci", "push", "team/*"));
    assertThat(explain("robot.ci", "push", Instant.ofEpochMilli(59_999)).allowed()).isTrue();
    assertThat(explain("robot.ci", "push", Instant.ofEpochMilli(60_000)))
        .isEqualTo(new Explanation(false, "account robot.ci expired at 1970-01-01T00:01:00Z"));
  }

  @Test
  void accountsAreListedByKind() {
    store.accepted(AccessOperations.createRobot("robot.ci", 0));
    store.accepted(AccessOperations.createUser("zoe"));
    assertThat(names(Kind.ALL)).containsExactly("alice", "robot.ci", "zoe");
    assertThat(names(Kind.USERS)).containsExactly("alice", "zoe");
    assertThat(names(Kind.ROBOTS)).containsExactly("robot.ci");
  }

  private List<String> names(Kind kind) {
    return access(queries -> queries.accounts(kind, "", 10)).items().stream()
        .map(account -> account.name().value())
        .toList();
  }

  private List<String> patterns(String account) {
    Lookup<AccountFound> found = access(queries -> queries.account(account));
    return switch (found) {
      case Lookup.Found<AccountFound>(AccountFound value) ->
          value.grants().stream().map(grant -> grant.pattern().value()).toList();
      case Lookup.Missing<AccountFound> missing -> List.of();
    };
  }

  private Explanation explain(String action) {
    return explain("alice", action, Instant.EPOCH);
  }

  private Explanation explain(String account, String action, Instant now) {
    Lookup<Explanation> found =
        access(queries ->
            queries.explain(
                account, Action.parse(action), RepositoryName.parse("team/app"), REGION, now));
    return switch (found) {
      case Lookup.Found<Explanation>(Explanation value) -> value;
      case Lookup.Missing<Explanation> missing -> new Explanation(false, "missing");
    };
  }

  private Visibility visibility(String repository) {
    return access(queries -> queries.visibility(RepositoryName.parse(repository)));
  }

  private <T> T access(Function<AccessQueries, T> query) {
    return store.query(queries -> query.apply(queries.forAccess()));
  }
}
