package dev.meridian.deploy;

import java.util.concurrent.ThreadLocalRandom;

/** Ports that nobody listens on: below those that the system hands out to clients by itself. */
final class FreePorts {

  private FreePorts() {}

  /** Ports for a cluster of so many regions. */
  static DevPorts forRegions(int regions) {
    for (int attempt = 0; attempt < 100; attempt++) {
      DevPorts ports = new DevPorts(ThreadLocalRandom.current().nextInt(10_000, 32_000));
      try {
        ports.requireFree(regions);
        return ports;
      } catch (StartException e) {
        // Taken: the next attempt looks elsewhere.
        continue;
      }
    }
    throw new AssertionError("no free ports between 10000 and 32400");
  }
}
