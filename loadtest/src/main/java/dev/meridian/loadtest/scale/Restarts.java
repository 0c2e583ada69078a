package dev.meridian.loadtest.scale;

import dev.meridian.loadtest.cluster.MeridianCluster;
import dev.meridian.loadtest.cluster.RegionServer;
import dev.meridian.loadtest.measure.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Ends servers and starts them again, one at a time, while all others go on. */
record Restarts(MeridianCluster cluster, Progress progress) {

  private static final Duration LONGEST = Duration.ofMinutes(10);

  /** Longer than a server takes to say that it cannot: a client that waits shall be waited for. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(15);

  private static final double NANOS_PER_MS = 1e6;

  /** How a process ends. */
  private enum Signal {
    SIGTERM,
    SIGKILL
  }

  /**
   * Each way of ending at a follower, then at the leader; of a server that was not started again
   * yet if there is one, since at its start a server may take a snapshot.
   */
  List<ScaleReport.Restart> measure() throws IOException {
    List<ScaleReport.Restart> restarts = new ArrayList<>();
    Set<RegionServer> before = new HashSet<>();
    for (String name : List.of(Place.FOLLOWER, Place.LEADER)) {
      for (Signal signal : Signal.values()) {
        Optional<Place> place =
            Place.of(cluster).stream()
                .filter(candidate -> candidate.name().equals(name))
                .min(Comparator.comparing(candidate -> before.contains(candidate.server())));
        if (place.isPresent()) {
          progress.show("restart of a " + name + " after " + signal, 0);
          restarts.add(restart(place.get(), signal));
          before.add(place.get().server());
        }
      }
    }
    return restarts;
  }

  private ScaleReport.Restart restart(Place place, Signal signal) throws IOException {
    RegionServer server = place.server();
    long replayed = cluster.entriesAfterSnapshot(server);
    long end = System.nanoTime();
    switch (signal) {
      case SIGTERM -> server.terminate();
      case SIGKILL -> server.kill();
    }
    long start = System.nanoTime();
    server.start();
    long ready = answered(server, "/readyz");
    long read = answered(server, "/v2/" + Content.repository(0) + "/tags/list?n=" + Listing.PAGE);
    for (RegionServer each : cluster.servers()) {
      each.awaitServing(LONGEST);
    }
    return new ScaleReport.Restart(
        place.name(),
        server.region(),
        signal.name(),
        (start - end) / NANOS_PER_MS,
        replayed,
        (ready - start) / NANOS_PER_MS,
        (read - start) / NANOS_PER_MS);
  }

  private static long answered(RegionServer server, String path) throws IOException {
    server.await(path, LONGEST_ANSWER, LONGEST);
    return System.nanoTime();
  }
}
