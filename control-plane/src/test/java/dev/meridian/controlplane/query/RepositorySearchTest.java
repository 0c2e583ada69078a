package dev.meridian.controlplane.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.apply.AccessOperations;
import dev.meridian.controlplane.apply.AppliedStore;
import dev.meridian.controlplane.apply.Operations;
import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositorySearchTest {

  private static final RegionId REGION = RegionId.parse("us-east");
  private static final Function<AccessQueries, ReadableRepositories> ALL =
      AccessQueries::readableByAll;

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void push(String... names) {
    for (String name : names) {
      store.accepted(Operations.put(Operations.manifest(name, "m")));
    }
  }

  private Page<RepositoryName> find(
      String term, Function<AccessQueries, ReadableRepositories> readable, int limit) {
    return store.query(
        queries -> RepositorySearch.find(term, readable.apply(queries.forAccess()), limit));
  }

  private List<String> found(
      String term, Function<AccessQueries, ReadableRepositories> readable, int limit) {
    return find(term, readable, limit).items().stream().map(RepositoryName::value).toList();
  }

  @Test
  void namesThatBeginWithTheTermComeFirst() {
    push("a/web", "b", "web", "web/one", "z/web-web");
    assertThat(found("web", ALL, 10)).containsExactly("web", "web/one", "a/web", "z/web-web");
    assertThat(found("", ALL, 10)).containsExactly("a/web", "b", "web", "web/one", "z/web-web");
    assertThat(found("webs", ALL, 10)).isEmpty();
    assertThat(found("\uffff", ALL, 10)).isEmpty();
  }

  @Test
  void saysWhetherThereAreMore() {
    push("a/web", "web");
    assertThat(find("web", ALL, 1)).isEqualTo(new Page<>(List.of(name("web")), true));
    assertThat(find("web", ALL, 2).more()).isFalse();
  }

  @Test
  void findsNothingThatItsReaderMayNotPull() {
    push("shut/web", "web", "team/web");
    store.accepted(AccessOperations.createUser("alice"));
    store.accepted(AccessOperations.grant("alice", "pull", "team/*"));
    assertThat(found("web", readableBy("alice"), 10)).containsExactly("team/web");
    assertThat(find("web", readableBy("alice"), 1).more()).isFalse();
    assertThat(found("web", readableBy(""), 10)).isEmpty();
    assertThat(found("web", readableBy("nobody"), 10)).isEmpty();
    store.accepted(AccessOperations.visibility("web", dev.meridian.proto.log.Visibility.PUBLIC));
    assertThat(found("web", readableBy(""), 10)).containsExactly("web");
  }

  private static Function<AccessQueries, ReadableRepositories> readableBy(String reader) {
    return access -> access.readableBy(reader, REGION);
  }

  @Test
  void looksAtABoundedNumberOfNames() {
    int repositories = RepositorySearch.LOOKED_AT + 100;
    for (int from = 0; from < repositories; from += 400) {
      store.apply(
          IntStream.range(from, Math.min(repositories, from + 400))
              .mapToObj(i ->
                  store.command(Operations.put(Operations.manifest("r%06d".formatted(i), "m"))))
              .toList());
    }
    push("z/last", "zebra");
    assertThat(find("last", ALL, 10)).isEqualTo(new Page<>(List.of(), true));
    assertThat(found("z", ALL, 10)).containsExactly("z/last", "zebra");
    assertThat(find("r", readableBy(""), 10)).isEqualTo(new Page<>(List.of(), false));
    store.accepted(AccessOperations.createUser("alice"));
    store.accepted(AccessOperations.grant("alice", "pull", "z/*"));
    assertThat(found("last", readableBy("alice"), 10)).containsExactly("z/last");
  }

  private static RepositoryName name(String text) {
    return RepositoryName.parse(text);
  }
}
