package dev.meridian.controlplane.cli.checks;

import com.google.protobuf.Timestamp;
import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.output.Figures;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.InspectReply;
import dev.meridian.proto.admin.InspectRequest;
import dev.meridian.proto.admin.Node;
import dev.meridian.proto.admin.PeerInspection;
import dev.meridian.proto.admin.RaftMember;
import dev.meridian.proto.admin.RaftServiceGrpc;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What one metadata server tells of itself and of the others, judged. */
public final class ClusterChecks {

  /** Nobody compares clocks to decide anything, but people compare what they say. */
  private static final Duration CLOCK_WARNING = Duration.ofSeconds(1);

  /** Signed URLs and, later, tokens are refused by clocks that differ by minutes. */
  private static final Duration CLOCK_FAILURE = Duration.ofMinutes(1);

  private static final Duration LAG_WARNING = Duration.ofSeconds(5);

  /** Less than this, and nodes that share the disk say that they are not well. */
  private static final long LEAST_FREE = 256L << 20;

  private static final long LEAST_FREE_PART = 10;

  private static final String MEND_CLOCK = "let NTP set the clocks, here and there";

  private final AdminClient client;
  private final List<Check> checks = new ArrayList<>();

  /** Checks of what the server of this client tells. */
  public ClusterChecks(AdminClient client) {
    this.client = client;
  }

  /**
   * Looks at all of it.
   *
   * @throws AdminException when the server does not tell
   */
  public List<Check> run() {
    GetRaftStatusReply status =
        client.query(
            RaftServiceGrpc::newBlockingV2Stub,
            stub -> stub.getRaftStatus(GetRaftStatusRequest.getDefaultInstance()));
    Instant before = Instant.now();
    InspectReply seen =
        client.query(
            RaftServiceGrpc::newBlockingV2Stub,
            stub -> stub.inspect(InspectRequest.getDefaultInstance()));
    Instant after = Instant.now();

    checks.add(
        Check.ok(
            "server",
            seen.getRegion(),
            "of cluster " + seen.getCluster() + ", at " + client.server()));
    seen.getPeersList().forEach(peer -> reach(seen, peer));
    consensus(seen, status);
    status.getMembersList().forEach(this::lag);
    clock(seen, before, after);
    seen.getPeersList().stream()
        .filter(PeerInspection::getReachable)
        .forEach(peer -> clock(seen, peer));
    disk(seen.getRegion(), seen.getDiskFreeBytes(), seen.getDiskTotalBytes());
    seen.getPeersList().stream()
        .filter(PeerInspection::getReachable)
        .forEach(peer -> disk(peer.getRegion(), peer.getDiskFreeBytes(), peer.getDiskTotalBytes()));
    regions(seen, status).forEach(region -> nodes(region, seen.getNodesList()));
    return checks;
  }

  private void reach(InspectReply seen, PeerInspection peer) {
    String place = peer.getGrpcAddress().isEmpty() ? "" : " at " + peer.getGrpcAddress();
    checks.add(
        peer.getReachable()
            ? Check.ok(
                "server",
                peer.getRegion(),
                Figures.duration(Duration.ofMillis(peer.getRoundTripMs()))
                    + " from "
                    + seen.getRegion()
                    + " and back")
            : Check.fail(
                "server",
                peer.getRegion(),
                "does not answer " + seen.getRegion() + place + ": " + peer.getError(),
                "start it, or mend the network between them"));
  }

  private void consensus(InspectReply seen, GetRaftStatusReply status) {
    checks.add(
        seen.getQuorum()
            ? Check.ok("quorum", seen.getCluster(), "a majority of the voters answers")
            : Check.fail(
                "quorum",
                seen.getCluster(),
                "no majority of the voters answered",
                "start the metadata servers that are down: writes wait for them"));
    checks.add(
        status.getLeader().isEmpty()
            ? Check.fail(
                "leader", seen.getCluster(), "nobody leads", "see `meridianctl raft status`")
            : Check.ok("leader", status.getLeader(), "leads in term " + status.getTerm()));
  }

  private void lag(RaftMember member) {
    if (!member.getReachable()) {
      return; // that it does not answer is told already
    }
    String behind =
        member.getLagEntries() == 0
            ? "has all entries"
            : member.getLagEntries()
                + " entries, "
                + Figures.duration(Duration.ofMillis(member.getLagMs()))
                + " behind the leader";
    checks.add(
        member.getLagMs() <= LAG_WARNING.toMillis()
            ? Check.ok("lag", member.getRegion(), behind)
            : Check.warn(
                "lag",
                member.getRegion(),
                behind,
                "if this grows, its disk or the way to it is too slow"));
  }

  /** The server looked at its clock at some moment of the call. */
  private void clock(InspectReply seen, Instant before, Instant after) {
    Timestamp time = seen.getWallTime();
    Instant theirs = Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    Duration ahead = Duration.between(after, theirs);
    Duration behind = Duration.between(theirs, before);
    Duration difference = ahead.isPositive() ? ahead : behind.isPositive() ? behind : Duration.ZERO;
    clock(seen.getRegion(), difference, "this machine's");
  }

  private void clock(InspectReply seen, PeerInspection peer) {
    clock(
        peer.getRegion(),
        Duration.ofMillis(Math.abs(peer.getClockOffsetMs())),
        "that of " + seen.getRegion());
  }

  private void clock(String region, Duration difference, String other) {
    String detail = "differs from " + other + " by " + Figures.duration(difference);
    if (difference.compareTo(CLOCK_FAILURE) > 0) {
      checks.add(Check.fail("clock", region, detail, MEND_CLOCK));
    } else if (difference.compareTo(CLOCK_WARNING) > 0) {
      checks.add(Check.warn("clock", region, detail, MEND_CLOCK));
    } else {
      checks.add(Check.ok("clock", region, detail));
    }
  }

  private void disk(String region, long free, long total) {
    String detail = Figures.bytes(free) + " of " + Figures.bytes(total) + " free";
    String advice = "make room on the disk of `data`, or give it a larger one";
    if (free < LEAST_FREE) {
      checks.add(Check.fail("disk", region, detail, advice));
    } else if (free < total / LEAST_FREE_PART) {
      checks.add(Check.warn("disk", region, detail, advice));
    } else {
      checks.add(Check.ok("disk", region, detail));
    }
  }

  private static Set<String> regions(InspectReply seen, GetRaftStatusReply status) {
    Set<String> regions = new TreeSet<>(Set.of(seen.getRegion()));
    seen.getPeersList().forEach(peer -> regions.add(peer.getRegion()));
    seen.getNodesList().forEach(node -> regions.add(node.getRegion()));
    status.getMembersList().forEach(member -> regions.add(member.getRegion()));
    return regions;
  }

  private void nodes(String region, List<Node> all) {
    List<Node> here = all.stream().filter(node -> node.getRegion().equals(region)).toList();
    long drained = here.stream().filter(Node::getDrained).count();
    String detail = here.size() + " joined" + (drained > 0 ? ", " + drained + " drained" : "");
    if (here.isEmpty()) {
      checks.add(
          Check.fail(
              "nodes",
              region,
              "none is joined",
              "start one: clients of this region are served by others, or not at all"));
    } else if (drained == here.size()) {
      checks.add(
          Check.warn(
              "nodes", region, detail, "`meridianctl node resume` when work on them is done"));
    } else {
      checks.add(Check.ok("nodes", region, detail));
    }
  }
}
