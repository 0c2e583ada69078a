package dev.meridian.controlplane.query;

import static dev.meridian.controlplane.apply.Operations.child;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.deleteManifest;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.apply.AppliedStore;
import dev.meridian.controlplane.apply.Operations;
import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.RejectionCode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueriesTest {

  private static final RepositoryName DEMO = RepositoryName.parse("demo");

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

  @Test
  void saysWhatOfAManifestIsMissing() {
    assertThat(missing("v1")).isEqualTo(RejectionCode.REPOSITORY_UNKNOWN);
    store.accepted(put(manifest("demo", "m")));
    assertThat(missing("v1")).isEqualTo(RejectionCode.TAG_UNKNOWN);
    assertThat(missing(digest("x").toString())).isEqualTo(RejectionCode.MANIFEST_UNKNOWN);
  }

  @Test
  void leavesTheContentOutUnlessItIsAskedFor() {
    store.accepted(put(manifest("demo", "m")));
    assertThat(
            store.<Object>query(
                queries -> queries.manifest(DEMO, new Reference.ByDigest(digest("m")), false)))
        .isInstanceOfSatisfying(
            Lookup.Found.class,
            found -> assertThat(((Queries.ManifestFound) found.value()).content()).isEmpty());
  }

  @Test
  void listsTagsInByteOrderAndPages() {
    PutManifest.Builder put = manifest("demo", "m");
    Stream.of("b", "B", "a", "a-1", "a.1", "_x", "10", "9").forEach(put::addTags);
    store.accepted(put(put));
    assertThat(tags("", 100)).isEqualTo(page(false, "10", "9", "B", "_x", "a", "a-1", "a.1", "b"));
    assertThat(tags("", 3)).isEqualTo(page(true, "10", "9", "B"));
    assertThat(tags("B", 3)).isEqualTo(page(true, "_x", "a", "a-1"));
    assertThat(tags("a-1", 3)).isEqualTo(page(false, "a.1", "b"));
    assertThat(tags("a-", 1)).isEqualTo(page(true, "a-1"));
    assertThat(tags("zz", 3)).isEqualTo(page(false));
    assertThat(tags("", 0)).isEqualTo(page(true));
    assertThat(tags("", 8)).isEqualTo(page(false, "10", "9", "B", "_x", "a", "a-1", "a.1", "b"));
  }

  @Test
  void aRepositoryWithoutTagsHasAnEmptyList() {
    store.accepted(commitBlob("demo", "layer", "us", "0/a"));
    assertThat(tags("", 10)).isEqualTo(page(false));
    assertThat(store.<Object>query(queries -> queries.tags(RepositoryName.parse("x"), "", 10)))
        .isInstanceOf(Lookup.Missing.class);
  }

  @Test
  void listsRepositoriesThatHoldAManifest() {
    store.accepted(commitBlob("uploads/only", "layer", "us", "0/a"));
    store.accepted(Operations.createRepository("created"));
    for (String name : List.of("b", "a/b", "a", "a-b", "gone")) {
      store.accepted(put(manifest(name, "m")));
    }
    store.accepted(deleteManifest("gone", "m"));
    assertThat(repositories("", 10)).isEqualTo(names(false, "a", "a-b", "a/b", "b"));
    assertThat(repositories("", 2)).isEqualTo(names(true, "a", "a-b"));
    assertThat(repositories("a-b", 2)).isEqualTo(names(false, "a/b", "b"));
    assertThat(repositories("a0", 2)).isEqualTo(names(false, "b"));
  }

  @Test
  void filtersAndPagesReferrers() {
    for (int i = 0; i < 6; i++) {
      store.accepted(
          put(
              manifest("demo", "r" + i)
                  .setSubject(child("s"))
                  .setArtifactType(i % 2 == 0 ? "a/even" : "a/odd")));
    }
    store.accepted(put(manifest("demo", "other").setSubject(child("t"))));
    List<String> all = sorted(IntStream.range(0, 6).mapToObj(i -> "r" + i));
    List<String> even = sorted(Stream.of("r0", "r2", "r4"));

    assertThat(referrers("", "", 10)).isEqualTo(new Page<>(all, false));
    assertThat(referrers("", "", 4)).isEqualTo(new Page<>(all.subList(0, 4), true));
    assertThat(referrers("", all.get(3), 4)).isEqualTo(new Page<>(all.subList(4, 6), false));
    assertThat(referrers("a/even", "", 2)).isEqualTo(new Page<>(even.subList(0, 2), true));
    assertThat(referrers("a/even", even.get(1), 2))
        .isEqualTo(new Page<>(even.subList(2, 3), false));
    assertThat(referrers("a/none", "", 2)).isEqualTo(new Page<>(List.of(), false));
    assertThatThrownBy(() -> referrers("", "no digest", 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUnknownRepositoryHasNoReferrers() {
    assertThat(referrers("", "", 10)).isEqualTo(new Page<>(List.of(), false));
  }

  @Test
  void largeAnnotationsEndAPageOfReferrersEarly() {
    String large = "x".repeat(900_000);
    for (int i = 0; i < 5; i++) {
      store.accepted(
          put(manifest("demo", "r" + i).setSubject(child("s")).putAnnotations("k", large)));
    }
    Page<String> first = referrers("", "", 10);
    assertThat(first.items()).hasSize(2);
    assertThat(first.more()).isTrue();
    assertThat(referrers("", first.items().getLast(), 10).items()).hasSize(2);
  }

  private RejectionCode missing(String reference) {
    return switch (store.query(
        queries -> queries.manifest(DEMO, Reference.parse(reference), true))) {
      case Lookup.Missing<Queries.ManifestFound>(Rejection rejection) -> rejection.code();
      case Lookup.Found<Queries.ManifestFound> found ->
          throw new AssertionError(reference + " is there");
    };
  }

  private Page<TagName> tags(String last, int limit) {
    return switch (store.query(queries -> queries.tags(DEMO, last, limit))) {
      case Lookup.Found<Page<TagName>>(Page<TagName> page) -> page;
      case Lookup.Missing<Page<TagName>> missing -> throw new AssertionError(missing.toString());
    };
  }

  private static Page<TagName> page(boolean more, String... tags) {
    return new Page<>(Stream.of(tags).map(TagName::parse).toList(), more);
  }

  private Page<RepositoryName> repositories(String last, int limit) {
    return store.query(queries -> queries.repositories(last, limit));
  }

  private static Page<RepositoryName> names(boolean more, String... names) {
    return new Page<>(Stream.of(names).map(RepositoryName::parse).toList(), more);
  }

  private Page<String> referrers(String artifactType, String last, int limit) {
    Page<Descriptor> page =
        store.query(queries -> queries.referrers(DEMO, digest("s"), artifactType, last, limit));
    return new Page<>(
        page.items().stream().map(Descriptor::digest).map(Digest::toString).toList(), page.more());
  }

  private static List<String> sorted(Stream<String> contents) {
    return contents.map(content -> digest(content).toString()).sorted().toList();
  }
}
