package dev.meridian.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is kept of passwords and secrets. */
class SecretsTest {

  @Test
  void knowsAPasswordByItsHash() {
    PasswordHash hash = PasswordHash.of("correct horse");
    assertThat(hash.value()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(PasswordHash.parse(hash.value()).matches("correct horse")).isTrue();
    assertThat(hash.matches("correct horses")).isFalse();
    assertThat(hash.matches("")).isFalse();
  }

  @Test
  void saltsEveryHash() {
    assertThat(PasswordHash.of("same")).isNotEqualTo(PasswordHash.of("same"));
  }

  /** Made by `htpasswd -nbBC 5 alice wonderland`. */
  @Test
  void knowsWhatHtpasswdWrites() {
    PasswordHash hash =
        PasswordHash.parse("$2y$05$pn2x6KTjMn/m0uLNXLIOXe7n.HfmHRAq8iKDBGNQZ7oGUBjLQBgP6");
    assertThat(hash.isBcrypt()).isTrue();
    assertThat(hash.matches("wonderland")).isTrue();
    assertThat(hash.matches("Wonderland")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "$apr1$abc$def",
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "$argon2id$v=19$nonsense",
        "$2y$31$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void refusesOtherHashesWithoutShowingThem(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PasswordHash.parse(text))
        .withMessage("a password hash is not valid: expected bcrypt of cost 4 to 14, or Argon2id");
  }

  @Test
  void makesSecretsThatNobodyGuesses() {
    RobotSecret secret = RobotSecret.generate();
    assertThat(secret.value()).matches("mrs_[A-Za-z0-9_-]{43}");
    assertThat(secret.toString()).doesNotContain(secret.value());
    assertThat(RobotSecret.matches(RobotSecret.hash(secret.value()), secret.value())).isTrue();
    assertThat(RobotSecret.matches(RobotSecret.hash(secret.value()), secret.value() + "x"))
        .isFalse();
    assertThat(RobotSecret.generate().value()).isNotEqualTo(secret.value());
  }
}
