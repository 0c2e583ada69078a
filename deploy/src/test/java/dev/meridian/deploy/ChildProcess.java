package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs beside the test and ends with it; what it prints goes to a file. */
final class ChildProcess implements AutoCloseable {

  private final Process process;
  private final Path output;

  private ChildProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a program.
   *
   * @param directory its working directory
   * @param environment beside the one of this process
   * @param output where it prints to; appended
   */
  static ChildProcess start(
      List<String> command, Path directory, Map<String, String> environment, Path output)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start(), output);
  }

  /** Starts {@code meridian} as packaged in target/lib, with a small heap. */
  static ChildProcess meridian(Path directory, Path output, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(meridianCommand());
    command.addAll(List.of(arguments));
    return start(command, directory, Map.of(), output);
  }

  /** What runs {@code meridian} so, without arguments. */
  static List<String> meridianCommand() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-Xmx512m",
        "-cp",
        Path.of("target/lib").toAbsolutePath() + "/*",
        Meridian.class.getName());
  }

  String output() throws IOException {
    return Files.readString(output);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** As {@code kill -9} does: it gets no chance to do anything. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** SIGTERM; the exit code, which must come within the bound. */
  int terminate(Duration bound) throws InterruptedException, IOException {
    process.destroy();
    assertThat(process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS))
        .as("ended within " + bound + ":\n" + output())
        .isTrue();
    return process.exitValue();
  }

  /** The exit code of a program that ends by itself. */
  int await(Duration bound) throws InterruptedException, IOException {
    assertThat(process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS))
        .as("ended within " + bound + ":\n" + output())
        .isTrue();
    return process.exitValue();
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    kill();
  }
}
