package dev.meridian.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A port through which a server is reached, as long as the test lets it be. */
final class StorageRelay implements AutoCloseable {

  private enum State {
    OPEN,
    /** Connections are made, but nothing comes through them. */
    STALLED,
    /** Connections break off. */
    BROKEN
  }

  private final int target;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private State state = State.OPEN;

  StorageRelay(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Nothing comes through any more, and nobody is told. */
  void stall() {
    become(State.STALLED);
  }

  /** All connections break, and every new one does at once. */
  void breakOff() throws IOException {
    become(State.BROKEN);
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** All is well again; what was stalled goes on. */
  void heal() {
    become(State.OPEN);
  }

  private void become(State next) {
    lock.lock();
    try {
      state = next;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits while it is stalled; whether bytes may pass. */
  private boolean passes() {
    lock.lock();
    try {
      while (state == State.STALLED) {
        changed.awaitUninterruptibly();
      }
      return state == State.OPEN;
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        sockets.add(client);
        threads.execute(() -> connect(client));
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void connect(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      sockets.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      threads.execute(() -> copy(server, client));
      copy(client, server);
      sockets.remove(server);
    } catch (IOException e) {
      return; // one of the two is gone
    } finally {
      sockets.remove(client);
    }
  }

  private void copy(Socket from, Socket to) {
    byte[] buffer = new byte[64 * 1024];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      for (int count = in.read(buffer); count >= 0 && passes(); count = in.read(buffer)) {
        to.getOutputStream().write(buffer, 0, count);
      }
    } catch (IOException e) {
      return; // one of the two is gone
    }
  }

  @Override
  public void close() throws IOException {
    breakOff();
    listener.close();
    threads.shutdownNow();
  }
}
