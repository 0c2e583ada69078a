package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An installed program with the arguments that all its calls begin with; each call runs to its end.
 *
 * @param directory where it works
 * @param environment beside that of this process
 */
record Program(Path directory, Map<String, String> environment, List<String> command) {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  static Program in(Path directory, String... command) {
    return new Program(directory, Map.of(), List.of(command));
  }

  /** Where PATH finds a program; also where only root's has it. */
  static Optional<Path> find(String name) {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator)),
            Stream.of("/usr/sbin", "/usr/local/sbin", "/sbin"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The same with further arguments that all calls begin with. */
  Program and(String... arguments) {
    return new Program(
        directory, environment, Stream.concat(command.stream(), Arrays.stream(arguments)).toList());
  }

  /** The same with a line on its standard input. */
  Program fed(String line) {
    return new Program(
        directory,
        environment,
        Stream.concat(
                Stream.of("bash", "-c", "printf '%s\\n' \"$0\" | \"$@\"", line), command.stream())
            .toList());
  }

  Program with(String variable, String value) {
    return new Program(directory, Map.of(variable, value), command);
  }

  /** How a call ended, and what it printed. */
  private record Ended(int code, String out, String err, List<String> line) {}

  /**
   * Calls it, expects exit code 0, and returns what it printed, without white space at the ends.
   */
  String run(String... arguments) throws IOException, InterruptedException {
    Ended ended = call(arguments);
    assertThat(ended.code()).as(ended.toString()).isZero();
    return ended.out();
  }

  /** Calls it, expects this exit code, and returns what it says of that. */
  String refusedWith(int code, String... arguments) throws IOException, InterruptedException {
    Ended ended = call(arguments);
    assertThat(ended.code()).as(ended.toString()).isEqualTo(code);
    return ended.err();
  }

  /** Calls it, expects that it fails, and returns what it says of that. */
  String refused(String... arguments) throws IOException, InterruptedException {
    Ended ended = call(arguments);
    assertThat(ended.code()).as(ended.toString()).isNotZero();
    return ended.err();
  }

  private Ended call(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of(arguments));
    Path output = Files.createTempFile(directory, "output", ".txt");
    Path errors = Files.createTempFile(directory, "errors", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .directory(directory.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    // Contexts of whoever runs the tests lead elsewhere.
    builder.environment().put("MERIDIAN_CONTEXTS", directory.resolve("contexts.yaml").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE)).as(line + " ends within " + PATIENCE).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Ended(
        process.exitValue(),
        Files.readString(output).strip(),
        Files.readString(errors).strip(),
        line);
  }
}
