package dev.meridian.controlplane.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0 ms",
    "999, 999 ms",
    "1000, 1 s",
    "1250, 1.3 s",
    "59999, 60 s",
    "60000, 1 m",
    "310000, 5 m 10 s",
    "3600000, 1 h",
    "11040000, 3 h 4 m",
    "-1500, -1.5 s",
  })
  void readsDurations(long millis, String text) {
    assertThat(Figures.duration(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "1610612736, 1.5 GiB",
    "9223372036854775807, 8.0 EiB",
  })
  void readsSizes(long bytes, String text) {
    assertThat(Figures.bytes(bytes)).isEqualTo(text);
  }

  @Test
  void keepsEachValueOnOneLine() {
    assertThat(Figures.of(new Value.Text("a\r\n\u001b[31mb"))).isEqualTo("a [31mb");
    assertThat(Figures.of(new Value.Text(""))).isEqualTo("-");
    assertThat(Figures.of(new Value.Flag(true))).isEqualTo("yes");
    assertThat(Figures.of(new Value.Time(Instant.parse("2026-11-23T10:00:00.123Z"))))
        .isEqualTo("2026-11-23T10:00:00Z");
    assertThat(Figures.of(new Value.Items(List.of()))).isEqualTo("-");
  }
}
