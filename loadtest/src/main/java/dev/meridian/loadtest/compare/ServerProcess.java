package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.measure.Target;
import dev.meridian.loadtest.oci.Authorizer;
import dev.meridian.loadtest.oci.OciClient;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A registry that was started for a measurement and ends with it. */
final class ServerProcess implements AutoCloseable {

  // Long enough for a launcher that builds first.
  private static final Duration LONGEST_START = Duration.ofMinutes(5);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(5);
  private static final int LOG_SHOWN = 2000;

  private final Process process;
  private final Target target;
  private final Duration startTime;
  private final Thread atExit = new Thread(this::stop, "stop of a server");

  private ServerProcess(Process process, Target target, Duration startTime) {
    this.process = process;
    this.target = target;
    this.startTime = startTime;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a program and waits until it answers as a registry.
   *
   * @param directory where it runs, and where its output goes
   * @throws IOException when it ends or does not answer; with the end of its output
   */
  static ServerProcess start(String name, List<String> command, Path directory, int port)
      throws IOException {
    Path log = directory.resolve("output.log");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    Origin origin = new Origin(false, "127.0.0.1", port);
    Target target =
        new Target(name, List.of(origin), new Authorizer(Optional.empty()), List.of(process.pid()));
    try {
      while (!answers(target)) {
        long waited = System.nanoTime() - start;
        if (process.waitFor(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS)
            || waited > LONGEST_START.toNanos()) {
          throw new IOException(name + " did not start: " + end(log));
        }
      }
      return new ServerProcess(process, target, Duration.ofNanos(System.nanoTime() - start));
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw (InterruptedIOException) new InterruptedIOException(name + " starts").initCause(e);
    }
  }

  /** Where it is measured. */
  Target target() {
    return target;
  }

  /** From the start of the program to the first answer. */
  Duration startTime() {
    return startTime;
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    stop();
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static boolean answers(Target target) {
    try (OciClient client = target.newClient()) {
      client.ping();
      return true;
    } catch (IOException e) {
      return false; // not yet: the caller waits, and knows when it is over
    }
  }

  private static String end(Path log) throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - LOG_SHOWN)).strip();
  }
}
