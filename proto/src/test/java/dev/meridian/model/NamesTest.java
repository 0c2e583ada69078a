package dev.meridian.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of repositories, tags, regions and upload sessions. */
class NamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0",
        "a/b",
        "a.b",
        "a_b",
        "a__b",
        "a-b",
        "a---b",
        "a/b/c/d",
        "demo/app-1.2_x"
      })
  void acceptsRepositoryNames(String name) {
    assertThat(RepositoryName.parse(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "a/", "/a", "a//b", "A", "a b", ".a", "a.", "-a", "a-", "_a", "a..b", "a___b",
        "a._b", "a/../b", "..", "a%2fb", "a\0", "é", "a\n", "a:b"
      })
  void refusesOtherRepositoryNames(String name) {
    assertThatThrownBy(() -> RepositoryName.parse(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("repository name");
  }

  @Test
  void repositoryNamesHaveAtMost255Characters() {
    assertThat(RepositoryName.parse("a".repeat(255)).value()).hasSize(255);
    assertThatThrownBy(() -> RepositoryName.parse("a".repeat(256)))
        .hasMessageContaining("longer than 255");
  }

  @Test
  void aHostileRepositoryNameCostsNoTime() {
    String hostile = "a-".repeat(127) + "!";
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () ->
            assertThatThrownBy(() -> RepositoryName.parse(hostile))
                .isInstanceOf(IllegalArgumentException.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "_", "V1.0-rc_1", "0", "A"})
  void acceptsTags(String tag) {
    assertThat(TagName.parse(tag)).hasToString(tag);
    assertThat(Reference.parse(tag)).isEqualTo(new Reference.ByTag(TagName.parse(tag)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".a", "-a", "a/b", "a b", "a+b", "é", "a\n"})
  void refusesOtherTags(String tag) {
    assertThatThrownBy(() -> TagName.parse(tag))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tag");
  }

  @Test
  void tagsHaveAtMost128Characters() {
    assertThat(TagName.parse("a".repeat(128)).value()).hasSize(128);
    assertThatThrownBy(() -> TagName.parse("a".repeat(129)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tagsAndRepositoriesOrderByByte() {
    assertThat(Stream.of("b", "a", "B", "_", "1").map(TagName::parse).sorted().map(TagName::value))
        .containsExactly("1", "B", "_", "a", "b");
    assertThat(
            Stream.of("a/b", "a-b", "a", "a0")
                .map(RepositoryName::parse)
                .sorted()
                .map(RepositoryName::value))
        .containsExactly("a", "a-b", "a/b", "a0");
  }

  @Test
  void aReferenceWithAColonIsADigest() {
    String digest = "sha256:" + "0".repeat(64);
    assertThat(Reference.parse(digest)).isEqualTo(new Reference.ByDigest(Digest.parse(digest)));
    assertThat(Reference.parse(digest)).hasToString(digest);
    assertThatThrownBy(() -> Reference.parse("sha256:0")).hasMessageContaining("digest");
    assertThatThrownBy(() -> Reference.parse("a/b")).hasMessageContaining("tag");
  }

  @ParameterizedTest
  @ValueSource(strings = {"us-east", "a", "0", "a--b"})
  void acceptsRegions(String region) {
    assertThat(RegionId.parse(region)).hasToString(region);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "US", "-a", "a-", "a.b", "a_b", "a/b"})
  void refusesOtherRegions(String region) {
    assertThatThrownBy(() -> RegionId.parse(region))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("region");
  }

  @Test
  void regionsAreDnsLabels() {
    assertThat(RegionId.parse("a".repeat(63)).value()).hasSize(63);
    assertThatThrownBy(() -> RegionId.parse("a".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void uploadIdsHaveOneForm() {
    UploadId id = UploadId.random();
    assertThat(UploadId.parse(id.toString())).isEqualTo(id);
    assertThat(UploadId.random()).isNotEqualTo(id);
    for (String text : new String[] {"", "1-1-1-1-1", id.toString().toUpperCase() + "A", "x"}) {
      assertThatThrownBy(() -> UploadId.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("upload id");
    }
  }

  @Test
  void messagesShowForeignTextShortAndPrintable() {
    assertThatThrownBy(() -> TagName.parse("\"\u0007\u202e" + "x".repeat(10_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(250).matches("[ -~]*"));
  }
}
