package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.Eventually.eventually;
import static dev.meridian.controlplane.Eventually.holds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The README's section of access, command by command, in a cluster whose logins are required. */
class AccessIT {

  private static final String SECTION = "## Who may do what\n";
  private static final String PASSWORD = "another long password";
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir static Path root;
  private static TestCluster cluster;
  private static String secret;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.startedWithLogins(root, "readme");
    eventually("the first administrator is announced", () -> announcements().size() == 1);
    secret = announcements().getFirst().replaceAll("(?s).*password (\\S{24})\\s.*", "$1");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static List<String> announcements() {
    return IntStream.range(0, 3)
        .boxed()
        .flatMap(index -> cluster.server(index).announcements().stream())
        .toList();
  }

  @Test
  void theCommandsOfTheReadmeWork() throws IOException {
    List<String> commands = commands();
    assertThat(commands).hasSizeGreaterThan(10);
    for (int i = 0; i < commands.size(); i++) {
      // Each at another server: what one has done the next one knows, soon if not at once.
      int server = i % 3;
      String command = commands.get(i);
      holds(
          "it is done",
          () -> {
            Ran ran = run(server, words(command));
            assertThat(ran.code()).as("%s: %s", command, ran.err()).isZero();
          });
      if (command.contains("passwd admin")) {
        secret = PASSWORD;
      }
    }
    JsonNode explained =
        run(1, List.of("access", "explain", "alice", "push", "team/app", "-o", "json")).json();
    assertThat(explained.at("/allowed").asBoolean()).isTrue();
    assertThat(
            run(2, List.of("access", "explain", "alice", "delete", "team/app", "-o", "json"))
                .json()
                .at("/reason")
                .asString())
        .isEqualTo("alice is denied delete on team/*");
    assertThat(Files.readString(root.resolve("audit.jsonl")))
        .contains("\"robot.secret.add\"")
        .doesNotContain(PASSWORD)
        .doesNotContain("mrs_");
    Ran refused =
        Ran.typing(
            "wrong\n",
            "--server",
            "127.0.0.1:" + cluster.server(0).controlPlane().grpcPort(),
            "--user",
            "admin",
            "user",
            "list");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("the login failed");
  }

  private static Ran run(int server, List<String> words) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--server",
                "127.0.0.1:" + cluster.server(server).controlPlane().grpcPort(),
                "--user",
                "admin"));
    arguments.addAll(words);
    return Ran.typing(
        secret + "\n" + PASSWORD + "\n" + PASSWORD + "\n", arguments.toArray(String[]::new));
  }

  private static List<String> commands() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    String section = readme.substring(readme.indexOf(SECTION) + SECTION.length());
    return section
        .substring(0, section.indexOf("\n## "))
        .lines()
        .filter(line -> line.startsWith("meridianctl "))
        .toList();
  }

  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    while (matcher.find()) {
      words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    return words.subList(1, words.size()).stream()
        .map(word -> word.equals("audit.jsonl") ? root.resolve(word).toString() : word)
        .toList();
  }
}
