package dev.meridian.loadtest.scale;

import dev.meridian.loadtest.cluster.MeridianCluster;
import dev.meridian.loadtest.cluster.RegionServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A region by its part in the cluster.
 *
 * @param name leader or follower
 */
record Place(String name, RegionServer server) {

  static final String LEADER = "leader";
  static final String FOLLOWER = "follower";

  /** The leader, then all others. */
  static List<Place> of(MeridianCluster cluster) throws IOException {
    RegionServer leader = cluster.leader();
    List<Place> places = new ArrayList<>(List.of(new Place(LEADER, leader)));
    cluster.servers().stream()
        .filter(server -> server != leader)
        .forEach(server -> places.add(new Place(FOLLOWER, server)));
    return places;
  }
}
