package dev.meridian.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands that start a cluster, as far as they come without one. */
class ClusterCommandsTest {

  @TempDir private Path directory;
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          history --faults fire | fault "fire" is not known: expected all, none or some of
          history --minutes 0   | --minutes and --tags must be positive
          history --tags 0      | --minutes and --tags must be positive
          history --clients 3   | --clients must be more than --regions
          history --regions 8   | --regions must be 1 to 7
          failover --kills 0    | --kills must be positive
          latency --samples 0   | --samples must be positive
          latency --delay -1    | --delay not negative
          scale --samples 0     | --connections and --samples must be positive
          scale --manifests 9   | --manifests must be at least 29999: one for each 10 tags
          scale --heap 1        | --heap "1" is not valid: expected a size such as 512m or 1g
          """)
  void refusesWrongUsage(String line, String message) {
    assertThat(execute(line)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"history", "failover", "latency", "scale"})
  void saysWhyARegionDidNotStart(String command) {
    assertThat(execute(command + " --meridian /bin/false --data " + directory)).isEqualTo(1);
    assertThat(err.toString())
        .contains("region us-east has ended: no output")
        .contains("configuration, data and logs of the regions: " + directory);
  }

  @Test
  void tellsTheRegionsHowLargeTheirHeapIs() throws IOException {
    Path launcher = directory.resolve("launcher");
    Files.writeString(launcher, "#!/bin/sh\necho \"flags: $JDK_JAVA_OPTIONS\"\nexit 1\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    Path data = directory.resolve("data");
    assertThat(execute("scale --heap 300m --meridian " + launcher + " --data " + data))
        .isEqualTo(1);
    assertThat(err.toString()).containsPattern("region us-east has ended: flags: .*-Xmx300m");
  }

  private int execute(String line) {
    CommandLine command = LoadTest.commandLine();
    command.setErr(new PrintWriter(err));
    return command.execute(line.split(" "));
  }
}
