package dev.meridian.loadtest.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A port of the loopback interface that stands for a server in another region. Connections are
 * accepted at once, but whatever is sent on them, in either direction, travels over the link of
 * that direction.
 */
final class LinkRelay implements AutoCloseable {

  private final int target;
  private final Link there;
  private final Link back;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param target the server's port
   * @param there from clients to the server
   * @param back from the server to clients
   */
  LinkRelay(int target, Link there, Link back) throws IOException {
    this.target = target;
    this.there = there;
    this.back = back;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        threads.submit(() -> connect(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private Void connect(Socket client) throws IOException, InterruptedException {
    try (client;
        Socket server = new Socket()) {
      open.add(server);
      there.travel(System.nanoTime());
      if (reaches(server)) {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        relay(client, server);
      } else {
        back.travel(System.nanoTime()); // a refusal takes its way back too
      }
      open.remove(server);
    } finally {
      open.remove(client);
    }
    return null;
  }

  private boolean reaches(Socket server) {
    try {
      server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
      return true;
    } catch (IOException e) {
      return false; // it is not running
    }
  }

  private void relay(Socket client, Socket server) throws InterruptedException {
    Pump requests = new Pump(client, server, there);
    Pump replies = new Pump(server, client, back);
    CompletionService<Void> pumps = new ExecutorCompletionService<>(threads);
    pumps.submit(requests::send);
    pumps.submit(requests::receive);
    pumps.submit(replies::send);
    pumps.submit(replies::receive);
    for (int i = 0; i < 4; i++) {
      pumps.take();
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
