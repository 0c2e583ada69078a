package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts as processes of one operator change them. */
class ContextIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path home;

  @Test
  void severalProcessesAtOnceLoseNoChange() throws Exception {
    int many = 4;
    List<Process> processes = new ArrayList<>();
    try {
      for (int i = 0; i < many; i++) {
        processes.add(start("context", "set", "c" + i, "--ca", "ca.crt", "--user", "alice"));
      }
      for (Process process : processes) {
        assertThat(process.waitFor(PATIENCE)).as("ends within %s", PATIENCE).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output())).isZero();
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }

    Path file = home.resolve(".config/meridian/contexts.yaml");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Ran list = Ran.with(Map.of("HOME", home.toString()), "context", "list", "-o", "json");
    assertThat(list.json().at("/contexts").size()).isEqualTo(many);
    assertThat(list.json().at("/contexts/0/ca").asString())
        .isEqualTo(home.toRealPath().resolve("ca.crt").toString());
  }

  private Path output() {
    return home.resolve("output.txt");
  }

  /** A process that works in the operator's home. */
  private Process start(String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Meridianctl.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("MERIDIAN"));
    builder.environment().remove("XDG_CONFIG_HOME");
    builder.environment().put("HOME", home.toString());
    return builder.start();
  }
}
