package dev.meridian.loadtest.history;

import static dev.meridian.loadtest.history.Story.manifest;
import static dev.meridian.loadtest.history.Story.tag;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryCheckerTest {

  private static final Outcome DONE = new Outcome.Done();
  private static final Outcome MISSING = new Outcome.NotFound();
  private static final Outcome REFUSED = new Outcome.ConditionFailed();
  private static final Outcome LOST = new Outcome.Unknown("no answer within 5 s");

  private final Story story = new Story();

  @Test
  void findsNothingWhereAllIsInOrder() {
    story
        .read("t", MISSING)
        .list()
        .create("t", "a", DONE)
        .create("t", "b", REFUSED)
        .read("t", found("a"))
        .swap("t", "a", "c", DONE)
        .swap("t", "a", "d", REFUSED)
        .list("t")
        .add(new Action.PutTagged(manifest("e"), List.of(tag("t"), tag("u"))), DONE)
        .read("t", found("e"))
        .list("t", "u")
        .add(new Action.DeleteTag(tag("t")), DONE)
        .add(new Action.DeleteTag(tag("t")), MISSING)
        .read("u", found("e"))
        .add(new Action.ReadManifest(manifest("e")), found("e"))
        .add(new Action.DeleteManifest(manifest("e")), DONE)
        .read("u", MISSING)
        .add(new Action.ReadManifest(manifest("e")), MISSING)
        .add(new Action.DeleteManifest(manifest("e")), MISSING)
        .set("u", "f")
        .read("u", new Outcome.Nothing("503"));
    assertThat(story.check()).isEmpty();
  }

  @Test
  void findsAStaleTag() {
    story.set("t", "a").set("t", "b").read("t", found("a"));
    assertViolation("t", 2);
  }

  @Test
  void findsAStaleListAndAStaleMiss() {
    assertThat(new Story().set("t", "a").list().check()).hasSize(1);
    assertThat(new Story().set("t", "a").read("t", MISSING).check()).hasSize(1);
    assertThat(
            new Story().set("t", "a").add(new Action.DeleteTag(tag("t")), DONE).list("t").check())
        .hasSize(1);
  }

  @Test
  void findsACreationOfWhatIsThere() {
    story.set("t", "a").create("t", "b", DONE);
    assertViolation("t", 1);
  }

  @Test
  void findsARefusalOfWhatNobodyElseDid() {
    story.set("t", "a").swap("t", "a", "b", REFUSED).read("t", found("a"));
    assertViolation("t", 1);
  }

  @Test
  void takesALostWriteForDoneOrNot() {
    assertThat(new Story().set("t", "a").swap("t", "a", "b", LOST).list("t").check()).isEmpty();
    story.set("t", "a").swap("t", "a", "b", LOST).read("t", found("b")).read("t", found("a"));
    assertViolation("t", 3);
  }

  @Test
  void findsATagThatOutlivesItsManifest() {
    story.set("t", "a").add(new Action.DeleteManifest(manifest("a")), DONE).read("t", found("a"));
    assertThat(story.check())
        .extracting(finding -> ((Finding.Violation) finding).register())
        .containsExactly("t", manifest("a").toString());
  }

  @Test
  void findsAManifestThatIsNotReadableThoughItWasAcknowledgedOrSeen() {
    story.set("t", "a").add(new Action.ReadManifest(manifest("a")), MISSING);
    assertViolation(manifest("a").toString(), 1);
    Story seen =
        new Story()
            .add(new Action.Put(tag("t"), manifest("a"), new Condition.None()), LOST)
            .add(new Action.ReadManifest(manifest("a")), found("a"))
            .add(new Action.ReadManifest(manifest("a")), MISSING);
    assertThat(seen.check()).hasSize(1);
  }

  @Test
  void allowsReadsByDigestOfWhatWasDeletedButNotOfWhatNobodyWrote() {
    story
        .set("t", "a")
        .add(new Action.DeleteManifest(manifest("a")), DONE)
        .add(new Action.ReadManifest(manifest("a")), found("a"))
        .add(new Action.ReadManifest(manifest("a")), MISSING);
    assertThat(story.check()).isEmpty();
    assertThat(new Story().add(new Action.ReadManifest(manifest("a")), found("a")).check())
        .hasSize(1);
  }

  @Test
  void reportsAnswersThatAreWrongByThemselves() {
    story.add(new Action.ReadTag(tag("t"), true), new Outcome.Wrong("500"));
    assertThat(story.check()).containsExactly(new Finding.WrongAnswer(story.operation(0)));
    assertThat(FindingText.of(story.check().getFirst())).contains("HEAD t", "wrong: 500");
  }

  @Test
  void refusesWhatCannotHaveBeen() {
    assertThatThrownBy(() -> new Story().read("t", REFUSED).check())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Story().add(new Action.ListTags(), found("a")).check())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void showsAViolationWithWhereItsValuesComeFrom() {
    story
        .set("t", "x")
        .set("t", "a")
        .read("t", found("a"))
        .add(new Action.Put(tag("t"), manifest("y"), new Condition.None()), LOST)
        .set("t", "b")
        .read("t", found("b"))
        .read("t", found("a"));
    assertThat(FindingText.of(story.check().getFirst()))
        .isEqualTo(
            """
            t: no order of these operations explains what was seen
               client  region    operation         outcome    start ms     end ms
               1       region-1  PUT t = ca978112  done      1,000.000  1,500.000
               1       region-1  PUT t = 3e23e816  done      4,000.000  4,500.000
               2       region-2  GET t             3e23e816  5,000.000  5,500.000
            >  0       region-0  GET t             ca978112  6,000.000  6,500.000
            Without the one marked > it could be: 3e23e816.
            Earlier writes of unknown outcome, which do not explain it either: 1.
            """);
  }

  private void assertViolation(String register, int impossible) {
    assertThat(story.check())
        .singleElement()
        .isInstanceOfSatisfying(
            Finding.Violation.class,
            violation -> {
              assertThat(violation.register()).isEqualTo(register);
              assertThat(violation.impossible()).isEqualTo(story.operation(impossible));
              assertThat(violation.contradiction()).contains(story.operation(impossible));
            });
  }

  private static Outcome found(String manifest) {
    return new Outcome.Found(manifest(manifest));
  }
}
