package dev.meridian.controlplane.raft;

import dev.meridian.model.RegionId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What a Raft member is told. Time-outs follow from the round trip; the rest is what FACTS measured
 * to work and differs only in tests.
 *
 * @param data the server's directory
 * @param members the voters, this one included
 * @param roundTrip the largest between two members
 * @param checkpointEntries applied entries after which a checkpoint is taken
 * @param checkpointInterval time between two checkpoints at least
 * @param checkpointAge how long a checkpoint is kept besides the two newest: followers may be
 *     copying it
 * @param logBytes of the log that are kept behind a checkpoint in any case; a start reads them all
 * @param laggingLogBytes of the log that are kept at most while a member lacks them, so that a
 *     newcomer still finds what it needs when it has received a snapshot
 * @param segmentBytes size of a log file; the log is purged by whole files
 */
public record RaftSettings(
    String cluster,
    RegionId region,
    Path data,
    List<Member> members,
    Duration roundTrip,
    long checkpointEntries,
    Duration checkpointInterval,
    Duration checkpointAge,
    long logBytes,
    long laggingLogBytes,
    long segmentBytes) {

  /** A voter; the address is host:port. */
  public record Member(RegionId region, String address) {}

  public RaftSettings {
    members = List.copyOf(members);
    if (members.stream().noneMatch(member -> member.region().equals(region))) {
      throw new IllegalArgumentException(
          "metadata.peers: the region " + region + " of this server is not among them");
    }
    if (members.stream().map(Member::region).distinct().count() != members.size()) {
      throw new IllegalArgumentException("metadata.peers: a region stands there twice");
    }
    if (roundTrip.isNegative() || roundTrip.isZero()) {
      throw new IllegalArgumentException(
          "metadata.raft.roundtrip: " + roundTrip + " is not valid: expected more than zero");
    }
  }

  /** With what is right for production. */
  public static RaftSettings of(
      String cluster, RegionId region, Path data, List<Member> members, Duration roundTrip) {
    return new RaftSettings(
        cluster,
        region,
        data,
        members,
        roundTrip,
        50_000,
        Duration.ofMinutes(1),
        Duration.ofHours(1),
        128L << 20,
        4L << 30,
        32 << 20);
  }

  /** This server among the members. */
  Member self() {
    return members.stream()
        .filter(member -> member.region().equals(region))
        .findFirst()
        .orElseThrow();
  }

  /**
   * The shortest time without a word from the leader after which a follower stands for election:
   * five round trips, so that heartbeats, sent at half of it, come in time; on a fast network still
   * long enough for a pause of the process.
   */
  Duration electionTimeout() {
    Duration fiveRoundTrips = roundTrip.multipliedBy(5);
    Duration floor = Duration.ofMillis(300);
    return fiveRoundTrips.compareTo(floor) > 0 ? fiveRoundTrips : floor;
  }
}
