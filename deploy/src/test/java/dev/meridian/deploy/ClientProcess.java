package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.deploy.LoginCluster.Account;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client that is a library of Java, in a process of its own: whom it trusts and what it remembers
 * are matters of the whole process.
 *
 * @param directory for what it moves
 */
record ClientProcess(Process process, Path directory) implements LoginClient, AutoCloseable {

  private static final String DONE = "done ";
  private static final int PATIENCE_SECONDS = 120;

  /** What the process does with a directory that is empty at first; both return a digest. */
  interface Library {

    String push(String image, Optional<Account> account, Path directory) throws Exception;

    String pull(String image, Optional<Account> account, Path directory) throws Exception;
  }

  /**
   * @param program whose main method calls {@link #serve}
   * @param properties system properties, as in {@code name=value}
   */
  static ClientProcess start(Class<?> program, Path directory, String... properties)
      throws IOException {
    Stream<String> java =
        Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Stream<String> defined = Stream.of(properties).map(property -> "-D" + property);
    Stream<String> main =
        Stream.of("-cp", System.getProperty("java.class.path"), program.getName());
    List<String> command = Stream.of(java, defined, main).flatMap(words -> words).toList();
    return new ClientProcess(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start(),
        directory);
  }

  /**
   * Does what each line of the input says, in words apart by tabs: {@code push} or {@code pull}, a
   * directory for what it moves, the image, and who logs in, if anybody: name and secret. Each is
   * answered with a line of the output, which is for nothing else.
   */
  static void serve(Library library) throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(answer(library, line.split("\t")).replace('\n', ' '));
    }
  }

  private static String answer(Library library, String[] words) {
    try {
      Path directory = Files.createTempDirectory(Path.of(words[1]), "client");
      Optional<Account> account =
          words.length > 3 ? Optional.of(new Account(words[3], words[4])) : Optional.empty();
      return DONE
          + switch (words[0]) {
            case "push" -> library.push(words[2], account, directory);
            case "pull" -> library.pull(words[2], account, directory);
            default -> throw new IllegalArgumentException("neither push nor pull: " + words[0]);
          };
    } catch (Exception e) {
      return e.toString();
    }
  }

  @Override
  public String push(Account account, String image) throws Exception {
    return digestOf("push", image, Optional.of(account));
  }

  @Override
  public void pull(Optional<Account> account, String image, String digest) throws Exception {
    String pulled = image.substring(0, image.lastIndexOf(':')) + "@" + digest;
    assertThat(digestOf("pull", pulled, account)).startsWith("sha256:");
  }

  private String digestOf(String action, String image, Optional<Account> account) throws Exception {
    Stream<String> what = Stream.of(action, directory.toString(), image);
    Stream<String> who = account.stream().flatMap(known -> Stream.of(known.name(), known.secret()));
    String line = Stream.concat(what, who).collect(Collectors.joining("\t", "", "\n"));
    String answer = ask(line);
    assertThat(answer).startsWith(DONE);
    return answer.substring(DONE.length());
  }

  private String ask(String line) throws Exception {
    process.outputWriter().write(line);
    process.outputWriter().flush();
    // Not in the common pool, which Ratis works in: with two processors it has one thread.
    return CompletableFuture.supplyAsync(
            () -> process.inputReader().lines().findFirst().orElse("the client has ended"),
            Thread::startVirtualThread)
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
