package dev.meridian.loadtest.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a cluster is set up.
 *
 * @param meridian the command that runs Meridian, without arguments
 * @param directory for configuration, data and logs
 * @param regions names, all different
 * @param roundTrip the largest between two regions, as the regions are told
 * @param staleness of the regions that may answer reads of tags from what they have, and how old
 *     that may be; in all others such reads are linearizable
 * @param jvmFlags for the process of each region, such as {@code -Xmx1g}
 * @param withNodes whether the processes are nodes too; if not, they are metadata servers only
 */
public record ClusterPlan(
    List<String> meridian,
    Path directory,
    List<String> regions,
    Duration roundTrip,
    Map<String, Duration> staleness,
    List<String> jvmFlags,
    boolean withNodes) {

  private static final List<String> NAMES =
      List.of("us-east", "eu-west", "ap-south", "us-west", "eu-north", "sa-east", "af-south");

  public ClusterPlan {
    meridian = List.copyOf(meridian);
    regions = List.copyOf(regions);
    staleness = Map.copyOf(staleness);
    jvmFlags = List.copyOf(jvmFlags);
  }

  /** The plan of regions that are whole: metadata servers and nodes. */
  public ClusterPlan(
      List<String> meridian,
      Path directory,
      List<String> regions,
      Duration roundTrip,
      Map<String, Duration> staleness,
      List<String> jvmFlags) {
    this(meridian, directory, regions, roundTrip, staleness, jvmFlags, true);
  }

  /** The most regions that {@link #names} has names for. */
  public static final int MOST_REGIONS = NAMES.size();

  /** Names for so many regions. */
  public static List<String> names(int count) {
    return NAMES.subList(0, count);
  }

  /** The same in a directory within this one's, and with other rules for reads of tags. */
  public ClusterPlan variant(String name, Map<String, Duration> otherStaleness) {
    return new ClusterPlan(
        meridian, directory.resolve(name), regions, roundTrip, otherStaleness, jvmFlags, withNodes);
  }

  /** The same with other flags for the JVMs of the regions. */
  public ClusterPlan withJvmFlags(List<String> flags) {
    return new ClusterPlan(meridian, directory, regions, roundTrip, staleness, flags, withNodes);
  }

  /** The same, of metadata servers only. */
  public ClusterPlan withoutNodes() {
    return new ClusterPlan(meridian, directory, regions, roundTrip, staleness, jvmFlags, false);
  }

  /** Where a region has what it keeps. */
  public Path data(String region) {
    return directory.resolve(region);
  }
}
