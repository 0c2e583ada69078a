package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/meridianctl} as an operator calls it, from any directory. */
class MeridianctlIT {

  private static final String LAUNCHER = Path.of("bin/meridianctl").toAbsolutePath().toString();

  @TempDir private Path directory;

  @Test
  void asksTheServerOfTheEnvironmentAndSaysNothingElse() throws Exception {
    String closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      closed = "127.0.0.1:" + socket.getLocalPort();
    }
    try (ChildProcess child = launch(Map.of("MERIDIAN_SERVER", closed), "raft", "status")) {
      assertThat(child.await(Duration.ofSeconds(60))).isEqualTo(3);
      assertThat(child.output())
          .isEqualTo(
              "meridianctl: cannot reach a metadata server at "
                  + closed
                  + ": the connection is refused. Start it, or name another with --server HOST:PORT"
                  + " or MERIDIAN_SERVER\n");
    }
  }

  @Test
  void asksNobodyWithoutATerminal() throws Exception {
    try (ChildProcess child = launch(Map.of(), "repo", "delete", "demo/app")) {
      assertThat(child.await(Duration.ofSeconds(60))).isEqualTo(2);
      assertThat(child.output())
          .startsWith("meridianctl: this cannot be undone: --yes is needed where nobody");
    }
  }

  @Test
  void completesInBash() throws Exception {
    Path script = directory.resolve("completion.sh");
    Files.writeString(script, Program.in(directory, LAUNCHER).run("completion"));

    String completions =
        Program.in(directory, "bash", "-c")
            .run(
                "source "
                    + script
                    + "; COMP_WORDS=(meridianctl tag re); COMP_CWORD=2; _complete_meridianctl;"
                    + " echo ${COMPREPLY[@]}");

    assertThat(completions).isEqualTo("restore");
  }

  private ChildProcess launch(Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(List.of(LAUNCHER));
    command.addAll(List.of(arguments));
    return ChildProcess.start(command, directory, environment, directory.resolve("output.txt"));
  }
}
