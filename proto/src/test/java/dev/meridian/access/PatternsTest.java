package dev.meridian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and patterns of access. */
class PatternsTest {

  @ParameterizedTest
  @CsvSource({
    "*, team/app, true",
    "team/*, team/app, true",
    "team/*, team/a/b, true",
    "team/*, team, false",
    "team/*, team2/app, false",
    "team/app, team/app, true",
    "team/app, team/app/x, false",
  })
  void matchesRepositories(String pattern, String repository, boolean matches) {
    assertThat(RepositoryPattern.parse(pattern).matches(RepositoryName.parse(repository)))
        .isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "*, *, true",
    "*, team/*, true",
    "team/*, *, false",
    "team/*, team/a/*, true",
    "team/*, team/a, true",
    "team/a, team/a, true",
    "team/a, team/*, false",
    "team/*, team2/*, false",
  })
  void coversPatterns(String pattern, String other, boolean covers) {
    assertThat(RepositoryPattern.parse(pattern).covers(RepositoryPattern.parse(other)))
        .isEqualTo(covers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "**", "team*", "*/app", "/", "team/", "../*", "Team/*", "a/*/b"})
  void refusesOtherRepositoryPatterns(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RepositoryPattern.parse(text))
        .withMessageContaining("expected *, <path>/* or a repository's name");
  }

  @ParameterizedTest
  @CsvSource({
    "v*, v1, true",
    "v*, w1, false",
    "*, latest, true",
    "release-*-final, release-1-final, true",
    "release-*-final, release-1-final-2, false",
    "*a*b, xxaxxbxb, true",
    "latest, latest, true",
    "latest, latest2, false",
    "semver, 1.2.3, true",
    "semver, v1.2.3, true",
    "semver, v1.2.3-rc.1, true",
    "semver, 1.2.3_build5, true",
    "semver, v1.2, false",
    "semver, v1, false",
    "semver, latest, false",
    "semver, 1.2.3x, false",
  })
  void matchesTags(String pattern, String tag, boolean matches) {
    assertThat(TagPattern.parse(pattern).matches(TagName.parse(tag))).isEqualTo(matches);
  }

  @Test
  void matchesHostileTagPatternsInBoundedTime() {
    TagPattern pattern = TagPattern.parse("*a".repeat(60) + "b");
    assertThat(pattern.matches(TagName.parse("a".repeat(128)))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alice", "Alice", "a.b@example.com", "robot.ci-deploy", "7"})
  void acceptsAccountNames(String name) {
    assertThat(AccountName.parse(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "a$b", "a\nb", "-a", "a-", "a:b", "a/b", "é", "a\u0000", "a\"", "a'"})
  void refusesOtherAccountNames(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> AccountName.parse(name));
  }

  @Test
  void tellsRobotsByTheirNames() {
    assertThat(AccountName.parse("robot.ci").isRobot()).isTrue();
    assertThat(AccountName.parse("robotics").isRobot()).isFalse();
  }

  @Test
  void writesSubjects() {
    assertThat(Subject.of(AccountName.parse("alice"))).hasToString("alice");
    assertThat(Subject.of(GroupName.parse("dev"))).hasToString("group:dev");
    assertThat(Subject.parse("group:dev").name()).isEqualTo("dev");
    assertThat(Subject.parse("group:anyone")).isEqualTo(Subject.ANYONE);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Subject.parse("group:A B"))
        .withMessageStartingWith(
            "subject \"group:A B\" is not valid: expected an account's name or group:<name>");
  }
}
