package dev.meridian.loadtest.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback interface that nobody listened on a moment ago. They are below those that
 * the system gives to clients by itself, so that a server that ended finds its port again.
 */
public final class FreePorts {

  private static final int FIRST = 10_000;
  private static final int LAST = 32_000;
  private static final int ATTEMPTS = 1_000;

  private FreePorts() {}

  /** So many ports, all different. */
  public static List<Integer> find(int count) throws IOException {
    List<Integer> found = new ArrayList<>();
    for (int attempt = 0; attempt < ATTEMPTS && found.size() < count; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (!found.contains(port) && isFree(port)) {
        found.add(port);
      }
    }
    if (found.size() < count) {
      throw new IOException("no " + count + " free ports between " + FIRST + " and " + LAST);
    }
    return found;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false; // somebody has it
    }
  }
}
