package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.absent;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.move;
import static dev.meridian.controlplane.apply.Operations.names;
import static dev.meridian.controlplane.apply.Operations.put;
import static dev.meridian.controlplane.apply.Operations.setTags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.StoreDump;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.TagMove;
import dev.meridian.proto.store.TagRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagMovesTest {

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
    store.accepted(put(manifest("app", "a").addTags("v1")));
    store.accepted(put(manifest("app", "b").setMediaType("application/b")));
    store.accepted(put(manifest("base", "c")));
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void movesTagsOfSeveralRepositoriesInOneStep() {
    long revision =
        store.accepted(
            setTags(
                move("app", "v1", "b").setCondition(names("a")),
                move("app", "v2", "a").setCondition(absent()),
                move("base", "v1", "c")));
    assertThat(tag("app", "v1"))
        .contains(
            TagRecord.newBuilder()
                .setDigest(digest("b").toString())
                .setMediaType("application/b")
                .setRevision(revision)
                .setTimeMs(1_000)
                .setBy("alice")
                .build());
    assertThat(tag("app", "v2").orElseThrow().getDigest()).isEqualTo(digest("a").toString());
    assertThat(tag("base", "v1").orElseThrow().getRevision()).isEqualTo(revision);
  }

  @Test
  void movesNoneWhenOneCannotBeMoved() {
    List<String> before = tags();
    TagMove.Builder sound = move("app", "v2", "b");
    store.rejected(RejectionCode.REPOSITORY_UNKNOWN, setTags(sound, move("none", "v1", "a")));
    store.rejected(RejectionCode.MANIFEST_UNKNOWN, setTags(sound, move("base", "v1", "a")));
    CommandRejection rejection =
        store.rejected(
            RejectionCode.CONDITION_FAILED,
            setTags(sound, move("app", "v1", "b").setCondition(names("b"))));
    assertThat(rejection.getSubjectsList()).containsExactly("v1", digest("a").toString());
    assertThat(rejection.getMessage()).contains("tag v1 of repository app");
    assertThat(tags()).isEqualTo(before);
  }

  @Test
  void conditionsAreOfTheStateBeforeTheStep() {
    store.accepted(put(manifest("app", "b").addTags("v2")));
    store.accepted(
        setTags(
            move("app", "v1", "b").setCondition(names("a")),
            move("app", "v2", "a").setCondition(names("b"))));
    assertThat(tag("app", "v1").orElseThrow().getDigest()).isEqualTo(digest("b").toString());
    assertThat(tag("app", "v2").orElseThrow().getDigest()).isEqualTo(digest("a").toString());
  }

  @Test
  void aTagThatNamesTheManifestAlreadyStaysAsItIs() {
    List<String> before = tags();
    store.accepted(setTags(move("app", "v1", "a")));
    assertThat(tags()).isEqualTo(before);
  }

  @Test
  void refusesMoreMovesThanACommandMayHave() {
    TagMove.Builder[] moves =
        IntStream.rangeClosed(0, TagCommands.MAX_MOVES)
            .mapToObj(i -> move("app", "t" + i, "a"))
            .toArray(TagMove.Builder[]::new);
    store.rejected(RejectionCode.TOO_LARGE, setTags(moves));
  }

  private Optional<TagRecord> tag(String repository, String tag) {
    return store.read(view -> {
      long id = Repository.find(view, RepositoryName.parse(repository)).orElseThrow().id();
      return view.get(Tables.TAGS, new TagKey(id, TagName.parse(tag)));
    });
  }

  private List<String> tags() {
    return StoreDump.of(store.db(), Set.of(Tables.META, Tables.REQUESTS, Tables.REQUEST_ORDER));
  }
}
