package dev.meridian.controlplane.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter err = new StringWriter();
  private long nanos = 1_000_000_000_000L;

  @Test
  void staysSilentForTwoSeconds() {
    Progress progress = progress(true);
    after(progress, Duration.ofMillis(1999));
    progress.close();

    assertThat(err).hasToString("");
  }

  @Test
  void drawsABarAnewOnAScreen() {
    Progress progress = progress(true);
    progress.show("eu-west catches up", 0.5);
    after(progress, Duration.ofSeconds(2));
    after(progress, Duration.ofMillis(100));
    progress.show("eu-west becomes a voter");
    after(progress, Duration.ofMillis(900));
    progress.close();
    after(progress, Duration.ofSeconds(10));

    String anew = "\r\033[K";
    assertThat(err)
        .hasToString(
            anew
                + "["
                + "#".repeat(15)
                + ".".repeat(15)
                + "] 50 % eu-west catches up, 2 s"
                + anew
                + "eu-west becomes a voter, 3 s"
                + anew);
  }

  @Test
  void printsALineEveryHalfMinuteElsewhere() {
    Progress progress = progress(false);
    progress.show("eu-west catches up", 2);
    after(progress, Duration.ofSeconds(29));
    after(progress, Duration.ofSeconds(1));
    after(progress, Duration.ofSeconds(1));
    after(progress, Duration.ofSeconds(29));
    progress.close();

    String bar = "[" + "#".repeat(30) + "] 100 % eu-west catches up, ";
    assertThat(err).hasToString(bar + "30 s\n" + bar + "1 m\n");
  }

  private Progress progress(boolean draws) {
    return new Progress(new PrintWriter(err), draws, () -> nanos, "working");
  }

  private void after(Progress progress, Duration time) {
    nanos += time.toNanos();
    progress.tick();
  }
}
