package dev.meridian.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CommandLineTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void printsJsonWithStableKeys() throws IOException {
    JsonNode report;
    try (StubRegistry registry = StubRegistry.start(StubRegistry.Login.NONE)) {
      report = json(registry);
      // A busy machine may let rounds pass before an operation begins.
      for (int again = 0; again < 20 && report.at("/ratios").isEmpty(); again++) {
        report = json(registry);
      }
    }

    assertThat(report.propertyNames())
        .containsExactly(
            "scenario", "work", "started_at", "settings", "machine", "targets", "ratios");
    assertThat(report.at("/targets/0/rounds").size()).isEqualTo(2);
    assertThat(report.at("/targets/0/latency").propertyNames())
        .contains("p50_ms", "p90_ms", "p99_ms", "p999_ms");
    assertThat(report.at("/ratios/0/measure").asString()).isEqualTo("operations_per_s");
    assertThat(report.at("/ratios/0/spread").propertyNames())
        .containsExactly("median", "min", "max");
  }

  @Test
  void printsOnePageWithoutExternalRequests() throws IOException {
    try (StubRegistry registry = StubRegistry.start(StubRegistry.Login.NONE)) {
      assertThat(run(registry, "-o", "html", "mixed", "--size", "20kB")).isZero();
    }

    assertThat(out.toString())
        .startsWith("<!DOCTYPE html>")
        .contains("<svg", "<polyline", "<rect")
        .doesNotContain("src=", "href=", "url(", "NaN");
  }

  @Test
  void logsInWithAPassword() throws IOException {
    try (StubRegistry registry = StubRegistry.start(StubRegistry.Login.BASIC)) {
      assertThat(run(registry, "--user", "u:p", "push", "--size", "20kB")).isZero();
      assertThat(registry.isEmpty()).isTrue();
    }
  }

  @Test
  void asksForATokenOncePerPurpose() throws IOException {
    try (StubRegistry registry = StubRegistry.start(StubRegistry.Login.BEARER)) {
      assertThat(run(registry, "--user", "u:p", "manifest-head")).isZero();
      assertThat(registry.tokensGiven()).isLessThan(100);
      assertThat(registry.isEmpty()).isTrue();
    }
  }

  @Test
  void takesNoAuthorisationToAnotherHost() throws IOException {
    try (StubRegistry registry = StubRegistry.start(StubRegistry.Login.BEARER)) {
      assertThat(run(registry, "--user", "u:p", "pull", "--size", "20kB")).isZero();
    }
  }

  @Test
  void failsWhenTheLoginIsRefused() throws IOException {
    try (StubRegistry registry = StubRegistry.start(StubRegistry.Login.BASIC)) {
      assertThat(run(registry, "--user", "u:wrong", "push")).isEqualTo(1);
      assertThat(err.toString()).contains("401 UNAUTHORIZED");
    }
  }

  @Test
  void tellsUnreachableFromRefused() throws IOException {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      freePort = socket.getLocalPort();
    }
    assertThat(execute("run", "--target", "gone=http://127.0.0.1:" + freePort, "pull"))
        .isEqualTo(3);
    assertThat(err.toString()).contains("cannot connect to http://127.0.0.1:" + freePort);
  }

  @Test
  void refusesWrongUsage() {
    assertThat(execute("run", "--target", "a=http://127.0.0.1:1", "nothing-such")).isEqualTo(2);
    assertThat(err.toString()).contains("scenario \"nothing-such\" is not known");
    assertThat(execute("run", "--target", "a=ftp://127.0.0.1", "pull")).isEqualTo(2);
    assertThat(execute("run", "--target", "a=http://127.0.0.1:1", "geo")).isEqualTo(2);
    assertThat(execute("run", "pull")).isEqualTo(2);
  }

  private JsonNode json(StubRegistry registry) {
    out.getBuffer().setLength(0);
    assertThat(run(registry, "-o", "json", "manifest-get")).isZero();
    return new JsonMapper().readTree(out.toString());
  }

  private int run(StubRegistry registry, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--target",
                "a=" + registry.url(),
                "--target",
                "b=" + registry.url(),
                "--seconds",
                "0.2",
                "--rounds",
                "2",
                "--warm-up",
                "0",
                "--connections",
                "2"));
    arguments.addAll(List.of(more));
    return execute(arguments.toArray(String[]::new));
  }

  private int execute(String... arguments) {
    CommandLine command = LoadTest.commandLine();
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return command.execute(arguments);
  }
}
