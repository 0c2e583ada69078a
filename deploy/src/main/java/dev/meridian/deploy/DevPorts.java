package dev.meridian.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports of a development cluster on 127.0.0.1: region i has P+i for clients, P+100+i for nodes,
 * P+200+i for gRPC and P+300+i for Raft.
 *
 * @param first the public port of the first region
 */
record DevPorts(int first) {

  /** So many regions fit between two blocks of ports. */
  static final int MOST_REGIONS = 100;

  private static final String HOST = "127.0.0.1";

  /** Below those that systems hand out to clients by themselves. */
  private static final int LOWEST_FREE = 10_000;

  private static final int HIGHEST_FREE = 32_000;
  private static final int TRIES = 100;

  DevPorts {
    int highest = 65_535 - 3 * MOST_REGIONS - MOST_REGIONS;
    if (first < 1 || first > highest) {
      throw new IllegalArgumentException(
          "port " + first + " is not valid: expected 1 to " + highest);
    }
  }

  /**
   * Ports for so many regions that nobody listens on at the moment.
   *
   * @throws StartException when none are found
   */
  static DevPorts free(int regions) throws StartException {
    StartException last = new StartException("no ports were tried");
    for (int i = 0; i < TRIES; i++) {
      DevPorts ports = new DevPorts(ThreadLocalRandom.current().nextInt(LOWEST_FREE, HIGHEST_FREE));
      try {
        ports.requireFree(regions);
        return ports;
      } catch (StartException e) {
        last = e;
      }
    }
    throw last;
  }

  String http(int region) {
    return HOST + ":" + (first + region);
  }

  String internal(int region) {
    return HOST + ":" + (first + 100 + region);
  }

  String grpc(int region) {
    return HOST + ":" + (first + 200 + region);
  }

  String raft(int region) {
    return HOST + ":" + (first + 300 + region);
  }

  /**
   * Checks that nobody else listens on them.
   *
   * @throws StartException naming the first that is taken
   */
  void requireFree(int regions) throws StartException {
    for (int block = 0; block <= 300; block += 100) {
      for (int region = 0; region < regions; region++) {
        requireFreePort(first + block + region);
      }
    }
  }

  private void requireFreePort(int port) throws StartException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(HOST), port));
    } catch (IOException e) {
      throw new StartException(
          "port " + port + " of " + HOST + " is in use: choose others with --port", e);
    }
  }
}
