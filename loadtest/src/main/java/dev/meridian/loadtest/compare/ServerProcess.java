package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.http.HttpRequest;
import dev.meridian.loadtest.http.HttpSession;
import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.http.ResponseSink;
import dev.meridian.loadtest.measure.Target;
import dev.meridian.loadtest.oci.Authorizer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A registry that was started for a measurement and ends with it. */
final class ServerProcess implements AutoCloseable {

  // Long enough for a launcher that builds first.
  private static final Duration LONGEST_START = Duration.ofMinutes(5);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(5);
  private static final int LOG_SHOWN = 2000;

  private final Process process;
  private final String name;
  private final Origin origin;
  private final Path log;
  private final long start;
  private final Thread atExit = new Thread(this::stop, "stop of a server");
  private Duration startTime = Duration.ZERO;

  private ServerProcess(Process process, String name, Origin origin, Path log, long start) {
    this.process = process;
    this.name = name;
    this.origin = origin;
    this.log = log;
    this.start = start;
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Starts a program and waits until it serves.
   *
   * @param ready the path of a GET that succeeds from then on
   * @param directory where it runs, and where its output goes
   * @throws IOException when it ends or does not answer; with the end of its output
   */
  static ServerProcess start(
      String name, List<String> command, Path directory, int port, String ready)
      throws IOException {
    ServerProcess server = launch(name, command, directory, port);
    server.await(() -> answers(server.origin, ready));
    return server;
  }

  /** Starts a program; {@link #await} tells when it serves. */
  static ServerProcess launch(String name, List<String> command, Path directory, int port)
      throws IOException {
    Path log = directory.resolve("output.log");
    long start = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // With it, the S3 driver of Distribution 2.8 panics.
    builder.environment().remove("AWS_CA_BUNDLE");
    Process process = builder.start();
    return new ServerProcess(process, name, new Origin(false, "127.0.0.1", port), log, start);
  }

  /**
   * Waits until the program serves; it is ended when it does not.
   *
   * @throws IOException when it ends or does not serve; with the end of its output
   */
  void await(BooleanSupplier serves) throws IOException {
    try {
      while (!serves.getAsBoolean()) {
        long waited = System.nanoTime() - start;
        if (process.waitFor(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS)
            || waited > LONGEST_START.toNanos()) {
          throw notStarted();
        }
      }
      startTime = Duration.ofNanos(System.nanoTime() - start);
    } catch (IOException e) {
      close();
      throw e;
    } catch (InterruptedException e) {
      close();
      throw (InterruptedIOException) new InterruptedIOException(name + " starts").initCause(e);
    }
  }

  /**
   * Does nothing while the program runs.
   *
   * @throws IOException when it has ended; with the end of its output
   */
  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      throw notStarted();
    }
  }

  private IOException notStarted() throws IOException {
    return new IOException(name + " did not start: " + end(log));
  }

  /** Where it is measured, with the processes that it has started by now. */
  Target target() {
    List<Long> pids =
        Stream.concat(Stream.of(process.toHandle()), process.descendants())
            .map(ProcessHandle::pid)
            .toList();
    return new Target(name, List.of(origin), new Authorizer(Optional.empty()), pids);
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
        process.onExit().join();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static boolean answers(Origin origin, String path) {
    try (HttpSession session = HttpSession.sendingOnce(PATIENCE)) {
      HttpRequest request = HttpRequest.of("GET", path);
      return session.send(origin, request, ResponseSink.DISCARD).isSuccessful();
    } catch (IOException e) {
      return false; // not yet: the caller waits, and knows when it is over
    }
  }

  private static String end(Path log) throws IOException {
    String text = Files.readString(log);
    return text.substring(Math.max(0, text.length() - LOG_SHOWN)).strip();
  }
}
