package dev.meridian.node.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.UploadId;
import dev.meridian.node.blobs.UploadState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UploadTokensTest {

  private static final RepositoryName APP = RepositoryName.parse("demo/app");
  private static final Principal ALICE = new Principal("alice");
  private static final byte[] OLD = {1, 2, 3};
  private static final byte[] NEW = {4, 5, 6};

  private final FakeMetadata metadata = new FakeMetadata();
  private final UploadTokens tokens = new UploadTokens(metadata);
  private final UploadToken token =
      new UploadToken(
          UploadId.random(),
          ALICE,
          RegionId.parse("us-east"),
          Algorithm.SHA512,
          metadata.clusterTimeMillis() + 1000,
          new UploadState("objects/00000001/ab", 12_345_678_901L, "aGVsbG8"),
          Optional.of(Digest.of(Algorithm.SHA512, new byte[] {7})));

  @Test
  void readsWhatItSigned() {
    assertThat(tokens.verify(ALICE, APP, tokens.sign(APP, token))).isEqualTo(token);
    UploadToken unknown = token.at(token.state(), Optional.empty());
    assertThat(tokens.verify(ALICE, APP, tokens.sign(APP, unknown))).isEqualTo(unknown);
  }

  @Test
  void beginsWithTheIdAndIsOneSegmentOfAPath() {
    assertThat(tokens.sign(APP, token)).startsWith(token.id() + ".").matches("[A-Za-z0-9._-]+");
  }

  @Test
  void staysShortForTheLargestState() {
    UploadState largest =
        new UploadState("objects/0000ffff/" + "a".repeat(32), Long.MAX_VALUE, "x".repeat(512));
    String text = tokens.sign(APP, token.at(largest, token.digest()));
    assertThat(text).hasSizeLessThan(1200);
    assertThat(tokens.verify(ALICE, APP, text).state()).isEqualTo(largest);
  }

  @Test
  void refusesEveryChangeOfACharacter() {
    String text = tokens.sign(APP, token);
    for (int i = 0; i < text.length() - 1; i++) {
      char other = text.charAt(i) == 'a' ? 'b' : 'a';
      String altered = text.substring(0, i) + other + text.substring(i + 1);
      assertUnknown(APP, altered);
    }
  }

  @Test
  void refusesWhatIsNoToken() {
    for (String text :
        List.of("", ".", "..", "a.b.c", "a.b", token.id().toString(), "x".repeat(100_000))) {
      assertUnknown(APP, text);
    }
    String text = tokens.sign(APP, token);
    assertUnknown(APP, text.substring(0, text.lastIndexOf('.') + 1));
    assertUnknown(APP, text + ".");
  }

  @Test
  void isGoodForItsRepositoryOnly() {
    String text = tokens.sign(APP, token);
    assertUnknown(RepositoryName.parse("demo/app2"), text);
    assertUnknown(RepositoryName.parse("demo"), text);
  }

  @Test
  void isGoodForWhoBeganItOnly() {
    String text = tokens.sign(APP, token);
    for (Principal other : List.of(Principal.ANONYMOUS, new Principal("bob"))) {
      assertThatThrownBy(() -> tokens.verify(other, APP, text))
          .isInstanceOf(RegistryException.class)
          .hasMessage("the upload in the path is not one of this repository");
    }
  }

  @Test
  void expiresInClusterTime() {
    String text = tokens.sign(APP, token);
    metadata.advance(Duration.ofMillis(1000));
    assertThat(tokens.verify(ALICE, APP, text)).isEqualTo(token);
    metadata.advance(Duration.ofMillis(1));
    assertUnknown(APP, text);
  }

  @Test
  void acceptsOlderKeysAndSignsWithTheNewest() {
    metadata.rotateKeys(List.of(OLD));
    String old = tokens.sign(APP, token);
    metadata.rotateKeys(List.of(NEW, OLD));
    assertThat(tokens.verify(ALICE, APP, old)).isEqualTo(token);
    String fresh = tokens.sign(APP, token);
    metadata.rotateKeys(List.of(NEW));
    assertThat(tokens.verify(ALICE, APP, fresh)).isEqualTo(token);
    assertUnknown(APP, old);
  }

  private void assertUnknown(RepositoryName repository, String text) {
    assertThatThrownBy(() -> tokens.verify(ALICE, repository, text))
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.error()).isEqualTo(RegistryError.BLOB_UPLOAD_UNKNOWN));
  }
}
