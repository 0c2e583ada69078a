package dev.meridian.loadtest.faults;

import dev.meridian.loadtest.cluster.MeridianCluster;
import dev.meridian.loadtest.cluster.RegionServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Lets faults begin and end. Used by one thread. */
final class FaultInjector {

  /** From one region to another, as between continents. */
  static final Duration DELAY = Duration.ofMillis(40);

  private final MeridianCluster cluster;
  private final List<RegionServer> victims;
  private final Random random;

  /**
   * @param victims the regions that faults meet, but for the kill of the leader
   */
  FaultInjector(MeridianCluster cluster, List<String> victims, Random random) {
    this.cluster = cluster;
    this.victims =
        cluster.servers().stream().filter(server -> victims.contains(server.region())).toList();
    this.random = random;
  }

  /** A fault that has begun. */
  record Begun(String what, Ending ending) {}

  /** Ends a fault. */
  @FunctionalInterface
  interface Ending {
    void end() throws IOException;
  }

  Begun begin(FaultKind kind) throws IOException {
    RegionServer some = some(victims);
    return switch (kind) {
      case KILL_LEADER -> {
        RegionServer leader = cluster.leader();
        leader.kill();
        yield new Begun(leader.region(), leader::start);
      }
      case RESTART -> {
        some.terminate();
        yield new Begun(some.region(), some::start);
      }
      case PAUSE -> {
        some.pause();
        yield new Begun(some.region(), some::resume);
      }
      case CUT -> {
        cluster.network().isolate(some.region());
        yield new Begun(some.region(), cluster.network()::heal);
      }
      case CUT_ONE_WAY -> {
        RegionServer other =
            some(cluster.servers().stream().filter(server -> server != some).toList());
        cluster.network().cut(some.region(), other.region());
        yield new Begun(some.region() + " to " + other.region(), cluster.network()::heal);
      }
      case DELAY -> {
        slowDown();
        yield new Begun(DELAY.toMillis() + " ms one way", this::speedUp);
      }
    };
  }

  void slowDown() {
    cluster.network().delay(DELAY);
  }

  void speedUp() {
    cluster.network().delay(Duration.ZERO);
  }

  private RegionServer some(List<RegionServer> servers) {
    return servers.get(random.nextInt(servers.size()));
  }
}
