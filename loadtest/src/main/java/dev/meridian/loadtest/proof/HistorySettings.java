package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.faults.FaultKind;
import dev.meridian.loadtest.faults.Pace;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What is done to a cluster.
 *
 * @param time for which clients are at work
 * @param victims the regions that faults meet, but for the kill of the leader
 * @param clients in all regions together; the first in each region only reads
 * @param tags for which they contend
 * @param seed choices of clients and faults follow from it
 */
public record HistorySettings(
    Duration time,
    Set<FaultKind> faults,
    List<String> victims,
    Pace pace,
    int clients,
    int tags,
    long seed) {

  public HistorySettings {
    faults = Set.copyOf(faults);
    victims = List.copyOf(victims);
  }
}
