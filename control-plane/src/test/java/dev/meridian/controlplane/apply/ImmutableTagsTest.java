package dev.meridian.controlplane.apply;

import static dev.meridian.controlplane.apply.AccessOperations.deleteTagRule;
import static dev.meridian.controlplane.apply.AccessOperations.tagRule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.RejectionCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tags under a rule stay, whoever asks and whether or not logins are required. */
class ImmutableTagsTest {

  @TempDir Path directory;
  private AppliedStore store;

  @BeforeEach
  void open() {
    store = new AppliedStore(directory);
    store.accepted(put("one", "v1.2.3", "latest"));
    store.accepted(put("two"));
    store.accepted(tagRule("team/*", "semver"));
  }

  @AfterEach
  void closeSoundStore() {
    store.checkInvariants();
    store.close();
  }

  @Test
  void aTagThatIsThereNeitherMovesNorGoes() {
    for (Command.Builder change :
        List.of(
            put("two", "v1.2.3"),
            Operations.setTags(Operations.move("team/app", "v1.2.3", "two")),
            Operations.deleteTag("team/app", "v1.2.3"),
            Operations.deleteManifest("team/app", "one"),
            Operations.deleteRepository("team/app"))) {
      assertThat(store.rejected(RejectionCode.TAG_IMMUTABLE, change).getMessage())
          .contains("v1.2.3", "semver", "team/*");
    }
    store.accepted(put("one", "v1.2.3"));
    store.accepted(put("two", "latest"));
    store.accepted(Operations.deleteTag("team/app", "latest"));
    store.accepted(put("two", "v1.2.4"));
    store.rejected(RejectionCode.TAG_IMMUTABLE, put("one", "v1.2.4"));
  }

  @Test
  void restoringATagMovesIt() {
    store.accepted(deleteTagRule("team/*", "semver"));
    store.accepted(put("two", "v1.2.3"));
    store.accepted(tagRule("team/app", "v1*"));
    store.rejected(RejectionCode.TAG_IMMUTABLE, Operations.restoreTag("team/app", "v1.2.3", 0));
    store.accepted(deleteTagRule("team/app", "v1*"));
    store.rejected(RejectionCode.RULE_UNKNOWN, deleteTagRule("team/app", "v1*"));
    store.accepted(Operations.restoreTag("team/app", "v1.2.3", 0));
    store.accepted(Operations.deleteRepository("team/app"));
  }

  @Test
  void rulesOfOtherRepositoriesDoNotCount() {
    store.accepted(deleteTagRule("team/*", "semver"));
    store.accepted(tagRule("team", "*"));
    store.accepted(tagRule("team/app/*", "*"));
    store.accepted(tagRule("team/ap", "*"));
    store.accepted(put("two", "v1.2.3"));
    store.accepted(tagRule("*", "*"));
    store.rejected(RejectionCode.TAG_IMMUTABLE, put("one", "v1.2.3"));
  }

  @Test
  void ofTwoPushesAtOnceTheFirstHasTheTag() {
    List<CommandOutcome> outcomes =
        store.apply(
            List.of(store.command(put("two", "v2.0.0")), store.command(put("one", "v2.0.0"))));
    assertThat(outcomes.getFirst().hasRejection()).isFalse();
    assertThat(outcomes.getLast().getRejection().getCode()).isEqualTo(RejectionCode.TAG_IMMUTABLE);
  }

  private static Command.Builder put(String content, String... tags) {
    return Operations.put(Operations.manifest("team/app", content).addAllTags(List.of(tags)));
  }
}
