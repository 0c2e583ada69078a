package dev.meridian.loadtest.cluster;

import dev.meridian.loadtest.http.HttpRequest;
import dev.meridian.loadtest.http.HttpResponse;
import dev.meridian.loadtest.http.HttpSession;
import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.http.ResponseSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The process of a region: metadata server, and node if the plan says so. Used by one thread at a
 * time.
 */
public final class RegionServer implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);
  private static final int LOG_SHOWN = 2000;

  private final String region;
  private final List<String> command;
  private final List<String> jvmFlags;
  private final Path log;
  private final RegionPorts ports;
  private final boolean isNode;
  private Process process;

  RegionServer(
      String region,
      List<String> command,
      List<String> jvmFlags,
      Path log,
      RegionPorts ports,
      boolean isNode) {
    this.region = region;
    this.command = command;
    this.jvmFlags = jvmFlags;
    this.log = log;
    this.ports = ports;
    this.isNode = isNode;
  }

  /** The name of the region. */
  public String region() {
    return region;
  }

  /** Where its clients go. */
  public Origin origin() {
    return new Origin(false, "127.0.0.1", ports.http());
  }

  /** The process that was started last. */
  public long pid() {
    return process.pid();
  }

  /** Where its metadata server answers. */
  public Origin metadata() {
    return new Origin(false, "127.0.0.1", ports.grpc());
  }

  int grpcPort() {
    return ports.grpc();
  }

  /** Starts the process, the first time or again; {@link #awaitServing} tells when it serves. */
  public void start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    if (!jvmFlags.isEmpty()) {
      builder
          .environment()
          .merge(
              "JDK_JAVA_OPTIONS",
              String.join(" ", jvmFlags),
              (inherited, own) -> inherited + " " + own);
    }
    process = builder.start();
  }

  /** SIGKILL: the process gets no chance to do anything. */
  public void kill() throws IOException {
    process.destroyForcibly();
    awaitEnd(Duration.ofSeconds(10));
  }

  /** SIGTERM, and waits until the process has ended. */
  public void terminate() throws IOException {
    process.destroy();
    awaitEnd(Duration.ofSeconds(60));
  }

  /** SIGSTOP: the process stands still, and its connections stay open. */
  public void pause() throws IOException {
    signal("STOP");
  }

  /** SIGCONT. */
  public void resume() throws IOException {
    signal("CONT");
  }

  /**
   * Waits until the region answers reads that need a quorum; without a node, until its metadata
   * server is ready.
   *
   * @throws IOException when it does not in time, or has ended; with the end of its log
   */
  public void awaitServing(Duration patience) throws IOException {
    await(isNode ? "/v2/_catalog?n=1" : "/readyz", PATIENCE, patience);
  }

  /**
   * Waits until a GET of a path succeeds, which is sent again and again.
   *
   * @param each how long one of them may take
   * @throws IOException when it does not in time, or the process has ended; with the end of its log
   */
  public void await(String path, Duration each, Duration patience) throws IOException {
    long end = System.nanoTime() + patience.toNanos();
    while (!answers(path, each)) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        String why = process.isAlive() ? "does not serve" : "has ended";
        throw new IOException("region " + region + " " + why + ": " + endOfLog());
      }
      Pause.of(BETWEEN_TRIES);
    }
  }

  private boolean answers(String path, Duration each) {
    try (HttpSession session = HttpSession.sendingOnce(each)) {
      HttpRequest request = HttpRequest.of("GET", path);
      HttpResponse response = session.send(origin(), request, ResponseSink.DISCARD);
      return response.isSuccessful();
    } catch (IOException e) {
      return false; // not yet: the caller waits, and knows when it is over
    }
  }

  private void signal(String name) throws IOException {
    // Java has no other signals than those that end a process.
    String line = "kill -" + name + " " + process.pid();
    await(new ProcessBuilder("sh", "-c", line).inheritIO().start(), line, PATIENCE);
  }

  private void awaitEnd(Duration patience) throws IOException {
    await(process, "end of region " + region, patience);
  }

  private static void await(Process awaited, String what, Duration patience) throws IOException {
    try {
      if (!awaited.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(what + ": not within " + patience.toSeconds() + " s");
      }
    } catch (InterruptedException e) {
      throw Pause.interrupted(e);
    }
  }

  private String endOfLog() throws IOException {
    String text = Files.readString(log).strip();
    return text.isEmpty() ? "no output" : text.substring(Math.max(0, text.length() - LOG_SHOWN));
  }

  /** Ends the process at once, also one that stands still; it writes no more afterwards. */
  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly();
      process.onExit().join();
    }
  }
}
