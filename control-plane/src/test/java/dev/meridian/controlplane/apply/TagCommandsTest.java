package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.deleteTag;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.names;
import static dev.meridian.controlplane.apply.Operations.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.Keys.TagChangeKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.TagCondition;
import dev.meridian.proto.store.TagHistoryRecord;
import dev.meridian.proto.store.TagHistoryRecord.Action;
import dev.meridian.proto.store.TagRecord;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagCommandsTest {

  private static final TagCondition ABSENT = Operations.absent();
  private static final TagCondition PRESENT = TagCondition.newBuilder().setPresent(true).build();
  private static final TagName V1 = TagName.parse("v1");

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void movesATagAndRemembersWhatItNamed() {
    long first = store.accepted(put(manifest("demo", "a").addTags("v1")));
    long second = store.accepted(put(manifest("demo", "b").addTags("v1")));
    assertThat(tag())
        .isEqualTo(
            TagRecord.newBuilder()
                .setDigest(digest("b").toString())
                .setMediaType("application/vnd.oci.image.manifest.v1+json")
                .setRevision(second)
                .setTimeMs(1_000)
                .setBy("alice")
                .build());
    assertThat(history()).extracting(row -> row.key().revision()).containsExactly(second, first);
    assertThat(history())
        .extracting(row -> row.value().getDigest())
        .containsExactly(digest("b").toString(), digest("a").toString());
  }

  @Test
  void aTagThatNamesTheManifestAlreadyStaysAsItIs() {
    store.accepted(put(manifest("demo", "a").addTags("v1")));
    TagRecord before = tag();
    store.accepted(put(manifest("demo", "a").addTags("v1")));
    assertThat(tag()).isEqualTo(before);
    assertThat(history()).hasSize(1);
  }

  @Test
  void aDeletedTagLeavesItsManifestAndHistory() {
    store.accepted(put(manifest("demo", "a").addTags("v1")));
    store.accepted(deleteTag("demo", "v1"));
    store.rejected(RejectionCode.TAG_UNKNOWN, deleteTag("demo", "v1"));
    assertThat(history())
        .extracting(row -> row.value().getAction())
        .containsExactly(Action.DELETED, Action.SET);
    store.accepted(Operations.deleteManifest("demo", "a"));
  }

  @Test
  void deletesATagOnlyAsItIsExpected() {
    store.accepted(put(manifest("demo", "a").addTags("v1")));
    store.rejected(RejectionCode.CONDITION_FAILED, deleteTag("demo", "v1", names("b")));
    store.rejected(RejectionCode.CONDITION_FAILED, deleteTag("demo", "v1", ABSENT));
    store.accepted(deleteTag("demo", "v1", names("a")));
    store.rejected(RejectionCode.TAG_UNKNOWN, deleteTag("demo", "v1", ABSENT));
  }

  @Test
  void refusesToDeleteATagOfAnUnknownRepository() {
    store.rejected(RejectionCode.REPOSITORY_UNKNOWN, deleteTag("demo", "v1"));
  }

  @Test
  void ifNoneMatchHoldsOnlyForANewTag() {
    store.accepted(conditional("a", ABSENT));
    CommandRejection rejection =
        store.rejected(RejectionCode.CONDITION_FAILED, conditional("b", ABSENT));
    assertThat(rejection.getSubjectsList()).containsExactly("v1", digest("a").toString());
  }

  @Test
  void ifMatchAnyHoldsOnlyForATagThatIsThere() {
    CommandRejection rejection =
        store.rejected(RejectionCode.CONDITION_FAILED, conditional("a", PRESENT));
    assertThat(rejection.getSubjectsList()).containsExactly("v1");
    store.accepted(conditional("a", TagCondition.getDefaultInstance()));
    store.accepted(conditional("b", PRESENT));
  }

  @Test
  void ifMatchHoldsForTheDigestThatTheTagNames() {
    store.rejected(RejectionCode.CONDITION_FAILED, conditional("a", names("a")));
    store.accepted(conditional("a", ABSENT));
    store.accepted(conditional("b", names("x", "a")));
    store.rejected(RejectionCode.CONDITION_FAILED, conditional("c", names("a")));
    assertThat(tag().getDigest()).isEqualTo(digest("b").toString());
  }

  @Test
  void aConditionMustHoldForEveryTag() {
    store.accepted(put(manifest("demo", "a").addTags("v2")));
    store.rejected(
        RejectionCode.CONDITION_FAILED,
        put(manifest("demo", "b").addTags("v1").addTags("v2").setCondition(ABSENT)));
    assertThat(store.<Boolean>read(view -> view.contains(Tables.TAGS, new TagKey(1, V1))))
        .isFalse();
  }

  private static Command.Builder conditional(String content, TagCondition condition) {
    return put(manifest("demo", content).addTags("v1").setCondition(condition));
  }

  private TagRecord tag() {
    return store.read(view -> view.get(Tables.TAGS, new TagKey(1, V1))).orElseThrow();
  }

  private List<Row<TagChangeKey, TagHistoryRecord>> history() {
    return store.read(view -> view.scan(Tables.TAG_HISTORY, TagChangeKey.of(1, V1), 1_000));
  }
}
