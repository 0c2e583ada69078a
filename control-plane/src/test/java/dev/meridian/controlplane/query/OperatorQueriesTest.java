package dev.meridian.controlplane.query;

import static dev.meridian.controlplane.apply.Operations.announceRegion;
import static dev.meridian.controlplane.apply.Operations.commitBlob;
import static dev.meridian.controlplane.apply.Operations.createRepository;
import static dev.meridian.controlplane.apply.Operations.deleteRepository;
import static dev.meridian.controlplane.apply.Operations.deleteTag;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.drainNode;
import static dev.meridian.controlplane.apply.Operations.drainRegion;
import static dev.meridian.controlplane.apply.Operations.join;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.put;
import static dev.meridian.controlplane.apply.Operations.removeRegion;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.apply.AppliedStore;
import dev.meridian.controlplane.query.OperatorQueries.OnlyCopies;
import dev.meridian.controlplane.query.OperatorQueries.RegionFound;
import dev.meridian.controlplane.query.OperatorQueries.RepositoryFound;
import dev.meridian.controlplane.query.OperatorQueries.TagChange;
import dev.meridian.controlplane.query.OperatorQueries.TagFound;
import dev.meridian.controlplane.query.Queries.NodeFound;
import dev.meridian.controlplane.query.Queries.Page;
import dev.meridian.model.MediaTypes;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.RejectionCode;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorQueriesTest {

  private static final RepositoryName DEMO = RepositoryName.parse("demo");
  private static final TagName V1 = TagName.parse("v1");
  private static final RegionId US = RegionId.parse("us");
  private static final RegionId EU = RegionId.parse("eu");

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
  void listsAllRepositoriesWithTheirCounts() {
    store.accepted(createRepository("empty"));
    store.accepted(put(manifest("demo", "a").addTags("v1").addTags("v2")));
    store.accepted(put(manifest("demo", "b")));
    store.accepted(put(manifest("gone", "b")));
    store.accepted(deleteRepository("gone"));
    RepositoryFound demo = new RepositoryFound(DEMO, 1_000, "alice", 2, 2);
    RepositoryFound empty =
        new RepositoryFound(RepositoryName.parse("empty"), 1_000, "alice", 0, 0);
    assertThat(repositories("", 10)).isEqualTo(new Page<>(List.of(demo, empty), false));
    assertThat(repositories("", 1)).isEqualTo(new Page<>(List.of(demo), true));
    assertThat(repositories("demo", 1)).isEqualTo(new Page<>(List.of(empty), false));
    assertThat(found(queries -> queries.repository(DEMO))).isEqualTo(demo);
    assertThat(missing(queries -> queries.repository(RepositoryName.parse("gone"))))
        .isEqualTo(RejectionCode.REPOSITORY_UNKNOWN);
  }

  @Test
  void listsTagsWithWhatTheyName() {
    long revision = store.accepted(put(manifest("demo", "a").addTags("v1").addTags("v2")));
    TagFound v1 = tag("v1", revision);
    TagFound v2 = tag("v2", revision);
    assertThat(found(queries -> queries.tags(DEMO, "", 10)))
        .isEqualTo(new Page<>(List.of(v1, v2), false));
    assertThat(found(queries -> queries.tags(DEMO, "v1", 10)))
        .isEqualTo(new Page<>(List.of(v2), false));
    assertThat(found(queries -> queries.tag(DEMO, V1))).isEqualTo(v1);
    assertThat(missing(queries -> queries.tag(DEMO, TagName.parse("v3"))))
        .isEqualTo(RejectionCode.TAG_UNKNOWN);
    assertThat(missing(queries -> queries.tag(RepositoryName.parse("none"), V1)))
        .isEqualTo(RejectionCode.REPOSITORY_UNKNOWN);
  }

  @Test
  void pagesThroughTheHistoryAlsoOfADeletedTag() {
    long first = store.accepted(put(manifest("demo", "a").addTags("v1")));
    long second = store.accepted(put(manifest("demo", "b").addTags("v1")));
    long third = store.accepted(deleteTag("demo", "v1"));
    List<TagChange> changes =
        List.of(change(third, true, "b"), change(second, false, "b"), change(first, false, "a"));
    assertThat(history(0, 10)).isEqualTo(new Page<>(changes, false));
    assertThat(history(0, 2)).isEqualTo(new Page<>(changes.subList(0, 2), true));
    assertThat(history(second, 2)).isEqualTo(new Page<>(changes.subList(2, 3), false));
    assertThat(history(second + 1, 1)).isEqualTo(new Page<>(changes.subList(1, 2), true));
    assertThat(history(first, 2)).isEqualTo(new Page<>(List.of(), false));
    assertThat(missing(queries -> queries.tagHistory(DEMO, TagName.parse("v"), 0, 10)))
        .isEqualTo(RejectionCode.TAG_UNKNOWN);
    assertThat(missing(queries -> queries.tagHistory(RepositoryName.parse("none"), V1, 0, 10)))
        .isEqualTo(RejectionCode.REPOSITORY_UNKNOWN);
  }

  @Test
  void listsRegionsThatAnnouncedThemselvesAndThoseOfNodes() {
    store.accepted(announceRegion("us", "a:1"));
    store.accepted(announceRegion("gone", "b:1"));
    store.accepted(join("n1", "us", "c:1"));
    store.accepted(join("n2", "eu", "d:1"));
    store.accepted(join("n3", "eu", "e:1"));
    store.accepted(drainRegion("us", true));
    store.accepted(removeRegion("gone"));
    assertThat(regions())
        .containsExactly(
            new RegionFound(EU, false, "", 2, "", false),
            new RegionFound(US, true, "a:1", 1, "", false));
    assertThat(store.query(Queries::drainedRegions)).containsExactly(US);
    assertThat(store.query(Queries::removedRegions)).containsExactly(RegionId.parse("gone"));
  }

  @Test
  void saysWhichNodesAreDrained() {
    store.accepted(join("n1", "us", "a:1"));
    store.accepted(join("n2", "us", "b:1"));
    store.accepted(drainNode("n2", true));
    assertThat(store.query(Queries::nodes))
        .extracting(NodeFound::drained)
        .containsExactly(false, true);
  }

  @Test
  void findsBlobsOfWhichARegionHasTheOnlyCopy() {
    for (int i = 0; i < 5; i++) {
      store.accepted(commitBlob("demo", "blob" + i, "us", "0/" + i));
      if (i % 2 == 0) {
        store.accepted(commitBlob("demo", "blob" + i, "eu", "0/" + i));
      }
    }
    assertThat(onlyCopies("", 10))
        .isEqualTo(new OnlyCopies(List.of(digest("blob1"), digest("blob3")), "0/4", false));
    assertThat(onlyCopies("", 3)).isEqualTo(new OnlyCopies(List.of(digest("blob1")), "0/2", true));
    assertThat(onlyCopies("0/2", 2))
        .isEqualTo(new OnlyCopies(List.of(digest("blob3")), "0/4", true));
    assertThat(onlyCopies("0/4", 2)).isEqualTo(new OnlyCopies(List.of(), "0/4", false));
  }

  @Test
  void listsDeletedRepositoriesThatAreStillToBeCleared() {
    for (String name : List.of("a", "b", "c")) {
      store.accepted(createRepository(name));
    }
    store.accepted(deleteRepository("c"));
    store.accepted(deleteRepository("a"));
    assertThat(deleted(10)).containsExactly(1L, 3L);
    assertThat(deleted(1)).containsExactly(1L);
  }

  private Page<RepositoryFound> repositories(String last, int limit) {
    return store.query(queries ->
        queries.forOperators().repositories(last, limit, queries.forAccess().readableByAll()));
  }

  private List<RegionFound> regions() {
    return store.query(queries -> queries.forOperators().regions());
  }

  private List<Long> deleted(int limit) {
    return store.query(queries -> queries.deletedRepositories(limit));
  }

  private OnlyCopies onlyCopies(String last, int limit) {
    return store.query(queries -> queries.forOperators().onlyCopies(US, last, limit));
  }

  private Object history(long before, int limit) {
    return found(queries -> queries.tagHistory(DEMO, V1, before, limit));
  }

  private static TagFound tag(String tag, long revision) {
    return new TagFound(
        TagName.parse(tag), digest("a"), MediaTypes.OCI_MANIFEST, revision, 1_000, "alice");
  }

  private static TagChange change(long revision, boolean deleted, String content) {
    return new TagChange(revision, deleted, digest(content), 1_000, "alice");
  }

  private <T> Object found(Function<OperatorQueries, Lookup<T>> query) {
    return switch (store.query(queries -> query.apply(queries.forOperators()))) {
      case Lookup.Found<T>(T value) -> value;
      case Lookup.Missing<T> missing -> throw new AssertionError(missing.toString());
    };
  }

  private <T> RejectionCode missing(Function<OperatorQueries, Lookup<T>> query) {
    return switch (store.query(queries -> query.apply(queries.forOperators()))) {
      case Lookup.Found<T> found -> throw new AssertionError(found.toString());
      case Lookup.Missing<T> missing -> missing.rejection().code();
    };
  }
}
