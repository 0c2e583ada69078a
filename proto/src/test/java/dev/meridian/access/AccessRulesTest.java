package dev.meridian.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may do what. */
class AccessRulesTest {

  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId US = RegionId.parse("us-east");
  private static final RepositoryName APP = RepositoryName.parse("team/app");
  private static final RepositoryName OTHER = RepositoryName.parse("other/app");

  @Test
  void refusesWhatNothingGrants() {
    AccessDecision decision = decide(alice(), APP, Visibility.PRIVATE, Action.PULL, EU);
    assertThat(decision.isAllowed()).isFalse();
    assertThat(decision.reason()).isEqualTo("no grant gives it, and the repository is private");
  }

  @Test
  void grantsOnlyWhatAndWhereItIsGranted() {
    Identity alice = alice(grant("alice", "team/*", Action.PULL, Action.PUSH));
    assertThat(decide(alice, APP, Visibility.PRIVATE, Action.PUSH, EU).isAllowed()).isTrue();
    assertThat(decide(alice, APP, Visibility.PRIVATE, Action.DELETE, EU).isAllowed()).isFalse();
    assertThat(decide(alice, OTHER, Visibility.PRIVATE, Action.PUSH, EU).isAllowed()).isFalse();
  }

  @Test
  void lettingPushImpliesNeitherTagsNorPulls() {
    Identity alice = alice(grant("alice", "*", Action.PUSH));
    for (Action action : Set.of(Action.PULL, Action.TAG_CREATE, Action.TAG_UPDATE)) {
      assertThat(decide(alice, APP, Visibility.PRIVATE, action, EU).isAllowed()).isFalse();
    }
  }

  @Test
  void letsADenialWinWhateverItsOrder() {
    Grant all = grant("alice", "*", Action.ADMIN);
    Grant not = deny("group:dev", "team/app", Action.PUSH);
    for (List<Grant> grants : List.of(List.of(all, not), List.of(not, all))) {
      Identity alice = new Identity(new Principal("alice"), grants);
      AccessDecision decision = decide(alice, APP, Visibility.PUBLIC, Action.PUSH, EU);
      assertThat(decision.isAllowed()).isFalse();
      assertThat(decision.reason()).isEqualTo("group:dev is denied push on team/app");
      assertThat(decide(alice, APP, Visibility.PUBLIC, Action.PULL, EU).isAllowed()).isTrue();
    }
  }

  @Test
  void letsADenialWinOverVisibility() {
    Identity alice = alice(deny("group:anyone", "team/app", Action.PULL));
    assertThat(decide(alice, APP, Visibility.PUBLIC, Action.PULL, EU).isAllowed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void letsAdministratorsDoEverything(Action action) {
    Identity alice = alice(grant("alice", "team/*", Action.ADMIN));
    assertThat(decide(alice, APP, Visibility.PRIVATE, action, EU).isAllowed()).isTrue();
    assertThat(decide(alice, OTHER, Visibility.PRIVATE, action, EU).isAllowed()).isFalse();
  }

  @Test
  void opensWhatIsPublicToEverybodyAndWhatIsInternalToWhoHasLoggedIn() {
    Identity nobody = new Identity(Principal.ANONYMOUS, List.of());
    assertThat(decide(nobody, APP, Visibility.PUBLIC, Action.PULL, EU).isAllowed()).isTrue();
    assertThat(decide(nobody, APP, Visibility.INTERNAL, Action.PULL, EU).isAllowed()).isFalse();
    assertThat(decide(alice(), APP, Visibility.INTERNAL, Action.PULL, EU).isAllowed()).isTrue();
    assertThat(decide(alice(), APP, Visibility.PUBLIC, Action.PUSH, EU).isAllowed()).isFalse();
  }

  @Test
  void keepsAGrantToItsRegions() {
    Identity alice =
        alice(
            new Grant(
                Subject.parse("alice"),
                RepositoryPattern.ALL,
                false,
                Set.of(Action.PULL),
                Set.of(EU)));
    assertThat(decide(alice, APP, Visibility.PRIVATE, Action.PULL, EU).isAllowed()).isTrue();
    assertThat(decide(alice, APP, Visibility.PRIVATE, Action.PULL, US).isAllowed()).isFalse();
    assertThat(alice.grants().getFirst()).hasToString("alice is granted pull on * in eu-west");
  }

  @Test
  void administeringNeedsAllOfThePattern() {
    Identity alice = alice(grant("alice", "team/*", Action.ADMIN));
    assertThat(administers(alice, "team/app")).isTrue();
    assertThat(administers(alice, "team/*")).isTrue();
    assertThat(administers(alice, "team")).isFalse();
    assertThat(administers(alice, "*")).isFalse();
    Identity limited =
        alice(grant("alice", "*", Action.ADMIN), deny("alice", "team/app", Action.ADMIN));
    assertThat(administers(limited, "*")).isFalse();
    assertThat(administers(limited, "team/*")).isFalse();
    assertThat(administers(limited, "other/*")).isTrue();
  }

  @Test
  void refusesAGrantOfNothing() {
    assertThatThrownBy(() -> grant("alice", "*"))
        .hasMessage("the grant of alice on * names no action: expected one at least");
  }

  @Test
  void rolesAreActions() {
    assertThat(Role.parse("writer").actions())
        .containsExactlyInAnyOrder(Action.PULL, Action.PUSH, Action.TAG_CREATE, Action.TAG_UPDATE);
    assertThatThrownBy(() -> Role.parse("owner"))
        .hasMessage(
            "role \"owner\" is not known: expected one of reader, contributor, writer, maintainer,"
                + " admin");
  }

  private static AccessDecision decide(
      Identity who, RepositoryName repository, Visibility visibility, Action what, RegionId where) {
    return AccessRules.decide(who, repository, visibility, what, where);
  }

  private static boolean administers(Identity who, String pattern) {
    return AccessRules.administers(who, RepositoryPattern.parse(pattern), EU);
  }

  private static Identity alice(Grant... grants) {
    return new Identity(new Principal("alice"), Arrays.asList(grants));
  }

  private static Grant grant(String subject, String pattern, Action... actions) {
    return new Grant(
        Subject.parse(subject), RepositoryPattern.parse(pattern), false, Set.of(actions), Set.of());
  }

  private static Grant deny(String subject, String pattern, Action... actions) {
    return new Grant(
        Subject.parse(subject), RepositoryPattern.parse(pattern), true, Set.of(actions), Set.of());
  }
}
