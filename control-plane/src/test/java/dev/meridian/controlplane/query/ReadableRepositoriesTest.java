package dev.meridian.controlplane.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.apply.AccessOperations;
import dev.meridian.controlplane.apply.AppliedStore;
import dev.meridian.controlplane.apply.Operations;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.log.Visibility;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadableRepositoriesTest {

  private static final RegionId REGION = RegionId.parse("us-east");

  /** Characters that sort before, as, and behind a slash are among them. */
  private static final List<String> PARTS =
      List.of("a", "a-b", "a.b", "a0", "a_b", "aa", "a0-b", "b");

  private static final List<Visibility> VISIBILITIES =
      List.of(Visibility.PUBLIC, Visibility.INTERNAL, Visibility.PRIVATE);

  @TempDir Path directory;

  /** What a visit showed of the catalog. */
  private record Seen(List<String> readable, List<String> hidden) {}

  private static Seen visit(AppliedStore store, String reader, String last) {
    Seen seen = new Seen(new ArrayList<>(), new ArrayList<>());
    return store.query(queries -> {
      queries
          .forAccess()
          .readableBy(reader, REGION)
          .visit(
              Tables.CATALOG,
              Tables.repositoriesAfter(last),
              (row, readable) ->
                  (readable ? seen.readable() : seen.hidden()).add(row.key().value()));
      return seen;
    });
  }

  private static String path(Random random) {
    return String.join(
        "/",
        IntStream.rangeClosed(0, random.nextInt(3))
            .mapToObj(i -> PARTS.get(random.nextInt(PARTS.size())))
            .toList());
  }

  private static String pattern(Random random) {
    return path(random) + (random.nextBoolean() ? "/*" : "");
  }

  private static TreeSet<String> populate(AppliedStore store, Random random) {
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      names.add(path(random));
    }
    names.forEach(name -> store.accepted(Operations.put(Operations.manifest(name, "m"))));
    store.accepted(AccessOperations.createUser("alice"));
    for (int i = 0; i < 10; i++) {
      store.accepted(AccessOperations.grant("alice", "pull", pattern(random)));
      store.accepted(AccessOperations.deny("alice", "pull", pattern(random)));
      store.accepted(
          AccessOperations.visibility(
              i == 0 ? "" : path(random), VISIBILITIES.get(random.nextInt(3))));
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void showsAllThatMayBeReadWhateverTheRulesAre(long seed) {
    Random random = new Random(seed);
    try (AppliedStore store = new AppliedStore(directory)) {
      TreeSet<String> names = populate(store, random);
      for (String reader : List.of("alice", "")) {
        for (String last : List.of("", "a.b/a", path(random))) {
          List<String> expected =
              store.query(queries ->
                  names.tailSet(last, false).stream()
                      .filter(name ->
                          queries
                              .forAccess()
                              .readableBy(reader, REGION)
                              .test(RepositoryName.parse(name)))
                      .toList());
          assertThat(visit(store, reader, last).readable())
              .as("seed %d, reader %s, after %s", seed, reader, last)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void looksAtOneOfThoseThatAreHiddenByTheSameRules() {
    try (AppliedStore store = new AppliedStore(directory)) {
      for (String name : List.of("a/1", "a/2", "b", "c/1", "c/2", "c/3", "d/1", "d/2", "e", "f")) {
        store.accepted(Operations.put(Operations.manifest(name, "m")));
      }
      store.accepted(AccessOperations.createUser("alice"));
      store.accepted(AccessOperations.grant("alice", "pull", "c/*"));
      store.accepted(AccessOperations.deny("alice", "pull", "c/2"));
      store.accepted(AccessOperations.visibility("d/2", Visibility.PUBLIC));
      Seen seen = visit(store, "alice", "");
      assertThat(seen.readable()).containsExactly("c/1", "c/3", "d/2");
      assertThat(seen.hidden()).containsExactly("a/1", "c/2", "d/1", "e");
      assertThat(visit(store, "nobody", "").hidden()).containsExactly("a/1");
    }
  }
}
