package dev.meridian.node.health;

import dev.meridian.node.health.Checks.Check;
import dev.meridian.node.health.RegionHealth.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is known at a moment, and what follows from it (DESIGN, "Health").
 *
 * @param joined the cluster has been described to this node
 * @param readOnce some metadata server has answered since the start
 * @param sinceRead time since a metadata server last answered from what it has
 * @param sinceQuorum time since a quorum last answered
 * @param otherStorageUp the object storage of some other region answers
 * @param drains why clients are to go elsewhere
 */
record HealthFacts(
    boolean joined,
    boolean readOnce,
    Duration sinceRead,
    Duration sinceQuorum,
    boolean storageUp,
    boolean otherStorageUp,
    boolean diskSpace,
    Set<Drain> drains) {

  /** Why clients are to go elsewhere. */
  enum Drain {
    /** This node is about to stop. */
    STOP,
    /** An operator drained this node. */
    NODE,
    /** An operator drained this region. */
    REGION
  }

  /** Longer than a metadata server takes to be replaced by another one. */
  static final Duration LONGEST_SINCE_READ = Duration.ofSeconds(10);

  static final Duration LONGEST_SINCE_QUORUM = Duration.ofSeconds(15);

  /** An election is over by then. */
  private static final Duration USUAL_SINCE_QUORUM = Duration.ofSeconds(8);

  /** A status and why it is not {@link Status#OK}. */
  record Verdict(Status status, List<String> reasons) {}

  private boolean reads() {
    return sinceRead.compareTo(LONGEST_SINCE_READ) <= 0;
  }

  private boolean hasQuorum() {
    return sinceQuorum.compareTo(LONGEST_SINCE_QUORUM) <= 0;
  }

  Checks started() {
    return new Checks(
        List.of(
            Check.of("cluster", joined, "no metadata server has described the cluster yet"),
            Check.of("metadata", readOnce, "no metadata server has answered yet")));
  }

  Checks ready() {
    return new Checks(
        List.of(
            Check.of("cluster", joined, "no metadata server has described the cluster yet"),
            Check.of(
                "metadata",
                reads(),
                "no metadata server has answered in the last "
                    + LONGEST_SINCE_READ.toSeconds()
                    + " s"),
            Check.of("stop", !drains.contains(Drain.STOP), "this node is about to stop"),
            Check.of("drain", !drains.contains(Drain.NODE), "drained by an operator")));
  }

  Map<String, Boolean> instance() {
    return services(reads());
  }

  Map<String, Boolean> endToEnd() {
    return services(hasQuorum());
  }

  private Map<String, Boolean> services(boolean metadata) {
    Map<String, Boolean> services = new TreeMap<>();
    services.put("metadata", metadata);
    services.put("storage", storageUp);
    services.put("disk_space", diskSpace);
    return services;
  }

  Verdict region() {
    List<String> fatal = new ArrayList<>();
    List<String> bad = new ArrayList<>();
    if (drains.contains(Drain.REGION)) {
      fatal.add("the region is drained");
    }
    if (!hasQuorum()) {
      fatal.add(
          "no quorum of metadata servers has answered in the last "
              + LONGEST_SINCE_QUORUM.toSeconds()
              + " s");
    } else if (sinceQuorum.compareTo(USUAL_SINCE_QUORUM) > 0) {
      bad.add("no quorum of metadata servers answers now");
    }
    if (!storageUp && !otherStorageUp) {
      fatal.add("object storage does not answer, neither here nor in another region");
    } else if (!storageUp) {
      bad.add("object storage does not answer: blobs come from other regions");
    }
    if (!diskSpace) {
      bad.add("the local disk is nearly full");
    }
    List<String> reasons = new ArrayList<>(fatal);
    reasons.addAll(bad);
    Status status = !fatal.isEmpty() ? Status.DOWN : bad.isEmpty() ? Status.OK : Status.DEGRADED;
    return new Verdict(status, reasons);
  }
}
