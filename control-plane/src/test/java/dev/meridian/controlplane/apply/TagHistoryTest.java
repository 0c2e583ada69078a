package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.Operations.deleteManifest;
import static dev.meridian.controlplane.apply.Operations.deleteTag;
import static dev.meridian.controlplane.apply.Operations.digest;
import static dev.meridian.controlplane.apply.Operations.manifest;
import static dev.meridian.controlplane.apply.Operations.names;
import static dev.meridian.controlplane.apply.Operations.put;
import static dev.meridian.controlplane.apply.Operations.restoreTag;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.store.Keys.TagChangeKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.store.TagHistoryRecord;
import dev.meridian.proto.store.TagRecord;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TagHistoryTest {

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
  void keepsTheDepthAndALittleMore() {
    for (int number = 1; number <= 300; number++) {
      set(number, 40);
      assertThat(history())
          .hasSizeBetween(Math.min(number, 40), Math.min(number, 40 + (int) TagHistory.slack(40)));
    }
    assertThat(history().getFirst().value().getNumber()).isEqualTo(300);
  }

  @Test
  void keepsTheDefaultWhereACommandNamesNoDepth() {
    for (int number = 1; number <= 200; number++) {
      set(number, 0);
    }
    assertThat(history()).hasSizeBetween(100, 100 + (int) TagHistory.slack(100));
  }

  @Test
  void aLowerDepthIsReachedByStepsOfBoundedSize() {
    int many = 2 * TagHistory.MAX_TRIMMED + 500;
    for (int number = 1; number <= many; number++) {
      set(number, many);
    }
    set(many + 1, 3);
    assertThat(history()).hasSize(many + 1 - TagHistory.MAX_TRIMMED);
    set(many + 2, 3);
    assertThat(history()).hasSize(many + 2 - 2 * TagHistory.MAX_TRIMMED);
    set(many + 3, 3);
    assertThat(history()).hasSize(3);
  }

  @Test
  void trimsAlsoWhereTheOldestWasNotWrittenDown() {
    for (int number = 1; number <= 300; number++) {
      set(number, 1_000);
    }
    store.write(rows ->
        history()
            .forEach(row ->
                rows.put(
                    Tables.TAG_HISTORY, row.key(), row.value().toBuilder().clearFirst().build())));
    set(301, 40);
    assertThat(history()).hasSize(40);
  }

  @Test
  void restoresWhatTheTagNamedBeforeItsLastChange() {
    set("a");
    set("b");
    assertThat(restored(0)).isEqualTo(digest("a").toString());
    assertThat(tag()).isEqualTo(digest("a").toString());
    assertThat(restored(0)).isEqualTo(digest("b").toString());
    assertThat(history()).hasSize(4);
  }

  @Test
  void restoresADeletedTag() {
    set("a");
    set("b");
    store.accepted(deleteTag("demo", "v1"));
    assertThat(restored(0)).isEqualTo(digest("b").toString());
    assertThat(tag()).isEqualTo(digest("b").toString());
  }

  @Test
  void restoresWhatTheTagNamedAfterARevision() {
    long before = store.accepted(put(manifest("demo", "other")));
    long first = set("a");
    long between = store.accepted(put(manifest("demo", "another")));
    long second = set("b");
    long deletion = store.accepted(deleteTag("demo", "v1"));
    set("c");
    assertThat(restored(first)).isEqualTo(digest("a").toString());
    assertThat(restored(between)).isEqualTo(digest("a").toString());
    assertThat(restored(second)).isEqualTo(digest("b").toString());
    unknown(deletion);
    unknown(before);
    unknown(store.db().revision() + 2);
    unknown(-1);
  }

  @Test
  void doesNotKnowWhatTheTagNamedBeforeItWas() {
    store.accepted(put(manifest("demo", "other")));
    store.rejected(RejectionCode.TAG_UNKNOWN, restoreTag("demo", "v1", 0));
    store.rejected(RejectionCode.REPOSITORY_UNKNOWN, restoreTag("none", "v1", 0));
    set("a");
    unknown(0);
    store.accepted(deleteTag("demo", "v1"));
    set("b");
    unknown(0);
  }

  @Test
  void doesNotKnowWhatWasTrimmed() {
    long first = set(1, 2);
    for (int number = 2; number <= 30; number++) {
      set(number, 2);
    }
    unknown(first);
  }

  @Test
  void restoresOnlyToAManifestThatIsThere() {
    set("a");
    set("b");
    store.accepted(deleteManifest("demo", "a"));
    store.rejected(RejectionCode.MANIFEST_UNKNOWN, restoreTag("demo", "v1", 0));
    assertThat(tag()).isEqualTo(digest("b").toString());
  }

  @Test
  void restoresOnlyATagThatIsAsExpected() {
    set("a");
    set("b");
    Command.Builder restore = restoreTag("demo", "v1", 0);
    restore.getRestoreTagBuilder().setCondition(names("a"));
    store.rejected(RejectionCode.CONDITION_FAILED, restore);
    restore.getRestoreTagBuilder().setCondition(names("b"));
    store.accepted(restore);
  }

  @Test
  void aRestoreThatComesAgainAnswersTheSame() {
    set("a");
    set("b");
    Command restore = store.command(restoreTag("demo", "v1", 0));
    CommandOutcome first = store.apply(restore);
    set("c");
    assertThat(store.apply(restore)).isEqualTo(first);
    assertThat(first.getDigest()).isEqualTo(digest("a").toString());
    assertThat(tag()).isEqualTo(digest("c").toString());
  }

  private long set(String content) {
    return store.accepted(put(manifest("demo", content).addTags("v1")));
  }

  private long set(int number, int depth) {
    return store.accepted(
        put(manifest("demo", "m" + number % 2).addTags("v1")).setTagHistoryDepth(depth));
  }

  private String restored(long revision) {
    CommandOutcome outcome = store.apply(store.command(restoreTag("demo", "v1", revision)));
    assertThat(outcome.hasRejection()).as("%s", outcome).isFalse();
    return outcome.getDigest();
  }

  private void unknown(long revision) {
    store.rejected(RejectionCode.REVISION_UNKNOWN, restoreTag("demo", "v1", revision));
  }

  private String tag() {
    return store
        .read(view -> view.get(Tables.TAGS, new TagKey(1, V1)))
        .map(TagRecord::getDigest)
        .orElseThrow();
  }

  private List<Row<TagChangeKey, TagHistoryRecord>> history() {
    return store.read(view -> view.scan(Tables.TAG_HISTORY, TagChangeKey.of(1, V1), 10_000));
  }
}
