package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.http.Origin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * A port of the loopback interface that stands for an S3 server and counts the requests by kind.
 * Everything is passed on as it came, so that signatures hold.
 */
final class CountingRelay implements AutoCloseable {

  private final Origin server;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> counts = new TreeMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @throws IOException when the server is reached by TLS, which cannot be read
   */
  CountingRelay(Origin server) throws IOException {
    if (server.secure()) {
      throw new IOException("requests to " + server + " cannot be counted: expected http");
    }
    this.server = server;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Where it stands for the server. */
  Origin origin() {
    return new Origin(false, "127.0.0.1", listener.getLocalPort());
  }

  /** Counts from zero. */
  synchronized void reset() {
    counts.clear();
  }

  private synchronized void count(String kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  /** What was counted, divided by the number of pushes that succeeded meanwhile. */
  synchronized String requestsFor(long pushes, long failures) {
    return counts.entrySet().stream()
        .map(entry ->
            String.format(
                Locale.ROOT,
                "%s %.1f",
                entry.getKey(),
                (double) entry.getValue() / Math.max(1, pushes)))
        .collect(
            Collectors.joining(
                ", ",
                "requests to S3 for each of %d pushes, %d more failed: "
                    .formatted(pushes, failures),
                ""));
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        threads.submit(() -> relay(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private Void relay(Socket client) throws IOException {
    try (client;
        Socket socket = new Socket(server.host(), server.port())) {
      open.add(socket);
      client.setTcpNoDelay(true);
      socket.setTcpNoDelay(true);
      Future<?> replies = threads.submit(() -> passReplies(socket, client));
      new RequestReader(client.getInputStream(), socket.getOutputStream(), this::count).passAll();
      socket.shutdownOutput();
      await(replies);
      open.remove(socket);
    } finally {
      open.remove(client);
    }
    return null;
  }

  /** Ends both connections with the server's, as a client that waits for a reply must see. */
  private static Void passReplies(Socket from, Socket to) throws IOException {
    try (to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
    return null;
  }

  private static void await(Future<?> replies) throws IOException {
    try {
      replies.get();
    } catch (ExecutionException e) {
      throw new IOException("replies were broken off", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the relay is closed
    }
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
