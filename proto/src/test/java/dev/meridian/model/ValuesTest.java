package dev.meridian.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Digest.Algorithm;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, revisions, descriptors and principals. */
class ValuesTest {

  @ParameterizedTest
  @CsvSource({
    "512B, 512", "8MiB, 8388608", "1KiB, 1024", "20GiB, 21474836480", "1TiB, 1099511627776",
    "100MB, 100000000", "2kB, 2000", "2KB, 2000", "1GB, 1000000000", "0B, 0"
  })
  void readsSizesWithUnits(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(new ByteSize(bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "MiB", "5 MiB", "-5MiB", "5mib", "5PiB", "1.5MiB", "9999999999B"})
  void refusesOtherSizes(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8MiB");
  }

  @Test
  void writesSizesInTheLargestWholeUnit() {
    assertThat(ByteSize.mebibytes(8)).hasToString("8MiB");
    assertThat(ByteSize.gibibytes(20)).hasToString("20GiB");
    assertThat(new ByteSize(1_025)).hasToString("1025B");
    assertThat(ByteSize.parse(new ByteSize(3L << 40).toString())).isEqualTo(new ByteSize(3L << 40));
  }

  @Test
  void refusesNegativeSizes() {
    assertThatThrownBy(() -> new ByteSize(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> descriptor(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void revisionsComeBackFromTheirText() {
    Revision revision = new Revision("a1b2", 0, 1234567890123L);
    assertThat(revision).hasToString("a1b2.0.1234567890123");
    assertThat(Revision.parse(revision.toString())).isEqualTo(revision);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a.0",
        "a.0.",
        "a.0.-1",
        ".0.1",
        "a.b.1",
        "a.0.1.2",
        "a.0.1234567890123456789"
      })
  void refusesOtherRevisions(String text) {
    assertThatThrownBy(() -> Revision.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("revision");
  }

  @Test
  void aDescriptorKeepsItsOwnAnnotations() {
    Map<String, String> annotations = new HashMap<>(Map.of("a", "1"));
    Descriptor descriptor =
        new Descriptor("a/b", Digest.of(Algorithm.SHA256, new byte[0]), 0, "", annotations);
    annotations.put("b", "2");
    assertThat(descriptor.annotations()).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void thePrincipalWithoutANameIsAnonymous() {
    assertThat(Principal.ANONYMOUS).isEqualTo(new Principal("")).hasToString("anonymous");
    assertThat(new Principal("alice")).hasToString("alice");
  }

  private static Descriptor descriptor(long size) {
    return new Descriptor("a/b", Digest.of(Algorithm.SHA256, new byte[0]), size, "", Map.of());
  }
}
