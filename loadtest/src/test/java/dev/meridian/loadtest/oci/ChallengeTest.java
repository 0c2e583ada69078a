package dev.meridian.loadtest.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChallengeTest {

  @Test
  void asksForEachScopeByItself() {
    Challenge challenge =
        Challenge.parse(
            "Bearer realm=\"https://auth.test/token\",service=\"a b\","
                + "scope=\"repository:x/y:pull,push repository:z:pull\"");
    assertThat(challenge.isBearer()).isTrue();
    assertThat(challenge.tokenQuery(Optional.of("me")))
        .isEqualTo(
            "service=a+b&scope=repository%3Ax%2Fy%3Apull%2Cpush&scope=repository%3Az%3Apull"
                + "&account=me");
  }

  @Test
  void readsBasicAndUnquotedValues() {
    assertThat(Challenge.parse("Basic realm=Registry").isBasic()).isTrue();
    assertThat(Challenge.parse("BASIC realm=Registry").parameters())
        .containsEntry("realm", "Registry");
    assertThat(Challenge.parse("").isBearer()).isFalse();
  }
}
