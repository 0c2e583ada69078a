package dev.meridian.controlplane.cli;

import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.client.ServerAddress;
import dev.meridian.controlplane.cli.output.Figures;
import dev.meridian.controlplane.cli.output.Progress;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.AddMemberRequest;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.PromoteMemberRequest;
import dev.meridian.proto.admin.RaftMember;
import dev.meridian.proto.admin.RaftServiceGrpc;
import java.time.Duration;
import java.util.Optional;

/**
 * Adds a server to the group: as a listener, and as a voter once it has caught up. Every step looks
 * at what is there, so that it can be run again.
 */
final class MemberAddition {

  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration STATUS = Duration.ofSeconds(20);

  /** So few entries behind the leader are on their way already. */
  private static final long FEW = 16;

  private static final String AGAIN = "run it again, it goes on from there";

  /** What the server has become. */
  record Added(String region, boolean voter) {}

  private final AdminClient client;
  private final Progress progress;
  private final Duration timeout;
  private final ServerAddress address;
  private final Optional<RegionId> region;
  private final long end;

  /**
   * @param timeout for all of it
   * @param region that the server must be of, if that matters
   */
  MemberAddition(
      AdminClient client,
      Progress progress,
      Duration timeout,
      ServerAddress address,
      Optional<RegionId> region) {
    this.client = client;
    this.progress = progress;
    this.timeout = timeout;
    this.address = address;
    this.region = region;
    this.end = System.nanoTime() + timeout.toNanos();
  }

  /**
   * Adds it.
   *
   * @param listener whether it stays one
   * @throws AdminException when it is refused, or does not catch up in time
   */
  Added run(boolean listener) {
    Optional<RaftMember> there = memberAt(status());
    if (there.isPresent() && !isListener(there.get())) {
      String name = there.get().getRegion();
      if (listener) {
        throw AdminException.failed(
            name
                + " is a voter already: `meridianctl raft demote "
                + name
                + "` makes it a listener");
      }
      return new Added(name, true);
    }
    String name = there.isPresent() ? there.get().getRegion() : join();
    awaitCaughtUp(name);
    if (!listener) {
      promote(name);
    }
    return new Added(name, !listener);
  }

  private GetRaftStatusReply status() {
    Duration left = left();
    return client
        .within(left.compareTo(STATUS) < 0 ? left : STATUS)
        .query(
            RaftServiceGrpc::newBlockingV2Stub,
            stub -> stub.getRaftStatus(GetRaftStatusRequest.getDefaultInstance()));
  }

  /**
   * The member with this address, when it answers as one: at the address of a dead member an empty
   * server may wait.
   */
  private Optional<RaftMember> memberAt(GetRaftStatusReply status) {
    Optional<RaftMember> found =
        status.getMembersList().stream()
            .filter(RaftMember::getReachable)
            .filter(member -> member.getGrpcAddress().equals(address.toString()))
            .findFirst();
    if (found.isPresent() && region.isPresent()) {
      String name = found.get().getRegion();
      if (!name.equals(region.get().value())) {
        throw AdminException.failed(
            "the server at " + address + " is of region " + name + ", not of " + region.get());
      }
    }
    return found;
  }

  private static boolean isListener(RaftMember member) {
    return member.getRole().equals("listener");
  }

  private String join() {
    progress.show("adding " + address);
    var request =
        AddMemberRequest.newBuilder()
            .setGrpcAddress(address.toString())
            .setRegion(region.map(RegionId::value).orElse(""))
            .build();
    return client
        .within(left())
        .change(
            RaftServiceGrpc::newBlockingV2Stub, AGAIN, stub -> stub.addMember(request).getRegion());
  }

  private void awaitCaughtUp(String name) {
    progress.show(name + " catches up");
    boolean seen = false;
    long committedBefore = Long.MAX_VALUE;
    long began = -1;
    while (true) {
      GetRaftStatusReply status = statusIfAnswered(name);
      Optional<RaftMember> found = member(status, name);
      // A server that is behind does not know it yet.
      if (found.isEmpty() && seen && status.getMembersCount() > 0) {
        throw AdminException.failed(name + " is no longer a member: it was removed meanwhile");
      }
      if (found.isPresent()) {
        seen = true;
        long applied = found.get().getApplied();
        long committed =
            status.getMembersList().stream().mapToLong(RaftMember::getCommit).max().orElseThrow();
        // It has what was committed when it was last looked at, or next to all.
        if (found.get().getReachable()
            && applied > 0
            && applied >= Math.min(committedBefore, committed - FEW)) {
          return;
        }
        began = began < 0 ? applied : began;
        progress.show(
            name + " catches up: " + applied + " of " + committed + " entries",
            (double) (applied - began) / Math.max(1, committed - began));
        committedBefore = committed;
      }
      pause(name);
    }
  }

  /** The group's state; without members when no one could tell, as while a leader is elected. */
  private GetRaftStatusReply statusIfAnswered(String name) {
    try {
      return status();
    } catch (AdminException e) {
      if (!e.isUnreachable()) {
        throw e;
      }
      progress.show(name + " catches up: " + client.server() + " does not answer");
      return GetRaftStatusReply.getDefaultInstance();
    }
  }

  private static Optional<RaftMember> member(GetRaftStatusReply status, String name) {
    return status.getMembersList().stream()
        .filter(member -> member.getRegion().equals(name))
        .findFirst();
  }

  private void promote(String name) {
    progress.show(name + " becomes a voter");
    var request = PromoteMemberRequest.newBuilder().setRegion(name).build();
    client
        .within(left())
        .change(RaftServiceGrpc::newBlockingV2Stub, AGAIN, stub -> stub.promoteMember(request));
  }

  private void pause(String name) {
    if (Duration.ofNanos(end - System.nanoTime()).compareTo(PAUSE) < 0) {
      throw AdminException.unreachable(
          name
              + " has not caught up within "
              + Figures.duration(timeout)
              + ": it stays a listener and goes on; "
              + AGAIN,
          null);
    }
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AdminException.failed("interrupted", e);
    }
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
  }
}
