package dev.meridian.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.ByteRange.NotSatisfiableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {

  private static final long SIZE = 2_048;

  @ParameterizedTest
  @CsvSource({
    "bytes=500-1499, 500, 1499",
    "bytes=500-, 500, 2047",
    "bytes=-500, 1548, 2047",
    "bytes=-5000, 0, 2047",
    "bytes=2000-5000, 2000, 2047",
    "bytes=0-0, 0, 0",
    "bytes=0-99999999999999999999, 0, 2047",
    "bytes=-99999999999999999999, 0, 2047",
    "bytes= 1-2, 1, 2"
  })
  void readsARangeOfTheBody(String header, long first, long last) throws Exception {
    ByteRange range = ByteRange.ofHeader(header, SIZE).orElseThrow();
    assertThat(range).isEqualTo(new ByteRange(first, last));
    assertThat(range.length()).isEqualTo(last - first + 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=1-2-3",
        "items=1-2",
        "bytes=1-2,4-5",
        "bytes=--1",
        "bytes=+1-2",
        "bytes=1.0-2",
        "bytes=0x1-2"
      })
  void ignoresWhatIsNotOneRange(String header) throws Exception {
    assertThat(ByteRange.ofHeader(header, SIZE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=5000-10000", "bytes=2048-", "bytes=500-0", "bytes=-0"})
  void refusesARangeWithoutAByteOfTheBody(String header) {
    assertThatThrownBy(() -> ByteRange.ofHeader(header, SIZE))
        .isInstanceOf(NotSatisfiableException.class)
        .hasMessageContaining("2048 bytes");
  }

  @Test
  void anEmptyBodyHasNoRange() {
    assertThatThrownBy(() -> ByteRange.ofHeader("bytes=0-", 0))
        .isInstanceOf(NotSatisfiableException.class);
    assertThatThrownBy(() -> ByteRange.ofHeader("bytes=-1", 0))
        .isInstanceOf(NotSatisfiableException.class);
  }

  @Test
  void refusesEndsInTheWrongOrder() {
    assertThatThrownBy(() -> new ByteRange(2, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ByteRange(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(ByteRange.whole(10)).isEqualTo(new ByteRange(0, 9));
  }
}
