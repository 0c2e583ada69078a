package dev.meridian.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Digest.Algorithm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

  private static final String EMPTY =
      "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @Test
  void namesTheHashOfContent() {
    assertThat(Digest.of(Algorithm.SHA256, new byte[0])).hasToString(EMPTY);
    assertThat(Digest.of(Algorithm.SHA512, "abc".getBytes(StandardCharsets.UTF_8)).toString())
        .startsWith("sha512:ddaf35a193617abacc417349ae204131")
        .hasSize("sha512:".length() + 128);
  }

  @Test
  void comesBackFromItsTextAndHash() {
    Digest digest = Digest.parse(EMPTY);
    assertThat(digest.algorithm()).isEqualTo(Algorithm.SHA256);
    assertThat(digest).hasToString(EMPTY).isEqualTo(Digest.ofHash(Algorithm.SHA256, digest.hash()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256",
        ":",
        "sha256:",
        "sha256:e3b0",
        "SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8551",
        "sha256:g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:baddigeststring",
        "sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "md5:d41d8cd98f00b204e9800998ecf8427e",
        " sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha256:../../../../../../../../../../../../../../../../../../../../../etc"
      })
  void refusesWhatIsNotADigest(String text) {
    assertThatThrownBy(() -> Digest.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected");
  }

  @Test
  void ordersAsItsText() {
    List<Digest> digests =
        List.of(
            Digest.of(Algorithm.SHA512, new byte[] {1}),
            Digest.of(Algorithm.SHA256, new byte[] {2}),
            Digest.of(Algorithm.SHA256, new byte[] {1}));
    assertThat(digests.stream().sorted().map(Digest::toString)).isSorted();
  }

  @Test
  void knowsTheRegisteredAlgorithms() {
    for (Algorithm algorithm : Algorithm.values()) {
      assertThat(Algorithm.parse(algorithm.label())).isEqualTo(algorithm);
    }
    assertThatThrownBy(() -> Algorithm.parse("blake3"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"blake3\"");
  }
}
