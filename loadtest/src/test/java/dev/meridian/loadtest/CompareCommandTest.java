package dev.meridian.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CompareCommandTest {

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void judgesEachGoalOfARowAndTheStart() throws IOException {
    String launcher = StubProgram.launcher(directory).toString();
    Path data = Files.createDirectory(directory.resolve("data"));

    Path results = directory.resolve("results.md");

    assertThat(compare(data, launcher, launcher, "pull of 1MB", "--results=" + results)).isZero();

    assertThat(results)
        .content()
        .contains("## Beside docker-registry on file storage\n", "--rows pull of 1MB --results=")
        .contains("| pull of 1MB | MB/s, ratio |", "| pull of 1MB | meridian |");
    JsonNode comparison = new JsonMapper().readTree(out.toString());
    assertThat(comparison.propertyNames())
        .containsExactly("with", "storage", "verdicts", "reports", "limits");
    assertThat(comparison.path("limits"))
        .isNotEmpty()
        .allSatisfy(
            limit -> assertThat(limit.at("/megabytes_per_s/median").asDouble()).isPositive());
    assertThat(comparison.path("verdicts"))
        .extracting(verdict -> verdict.path("ratio").asString("none"))
        .containsExactly("megabytes_per_s", "server_cpu_s_per_operation", "none");
    assertThat(comparison.at("/reports/0/targets"))
        .extracting(target -> target.path("name").asString())
        .containsExactly("docker-registry", "meridian");
    assertThat(comparison.at("/reports/0/targets/1/server/peak_rss_bytes").asLong()).isPositive();
    try (Stream<Path> left = Files.list(data)) {
      assertThat(left).as("what is left of the servers' data").isEmpty();
    }
  }

  @Test
  void saysWhyAServerDidNotStart() throws IOException {
    String launcher = StubProgram.launcher(directory).toString();

    assertThat(compare(directory, launcher, "/bin/false", "pull of 1MB")).isEqualTo(1);
    assertThat(err.toString()).contains("meridian did not start");
  }

  @Test
  void comparesTheLargestPullWithNginx() throws IOException {
    String launcher = StubProgram.launcher(directory).toString();

    assertThat(compare(directory, launcher, launcher, "pull of 100MB", "--nginx=nothing-such"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("nginx cannot be run");
  }

  @Test
  void asksForWhatAnS3ServerNeeds() {
    assertThat(compare(directory, "x", "x", "push", "--storage=s3")).isEqualTo(2);
    assertThat(err.toString()).contains("--storage s3 needs --s3-endpoint, and --s3-buckets");
    assertThat(
            compare(
                directory,
                "x",
                "x",
                "push",
                "--storage=s3",
                "--s3-endpoint=s3",
                "--s3-buckets=a,b"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--s3-endpoint: address \"s3\" is not valid");
  }

  @Test
  void saysWhyEtcdDidNotStart() {
    assertThat(execute("compare --with etcd --etcd=/bin/false --directory=" + directory))
        .isEqualTo(1);
    assertThat(err.toString()).contains("etcd did not start");
  }

  @Test
  void refusesRowsThatAreNotThere() {
    assertThat(compare(directory, "x", "x", "nothing-such")).isEqualTo(2);
  }

  private int execute(String line, String... more) {
    CommandLine command = LoadTest.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(
        Stream.concat(Stream.of(line.split(" ")), Stream.of(more)).toArray(String[]::new));
  }

  private int compare(Path data, String other, String meridian, String rows, String... more) {
    String line =
        "compare --with docker-registry -o json --seconds 0.4 --rounds 2 --warm-up 0"
            + " --docker-registry=%s --meridian=%s --directory=%s".formatted(other, meridian, data);
    return execute(
        line, Stream.concat(Stream.of("--rows", rows), Stream.of(more)).toArray(String[]::new));
  }
}
