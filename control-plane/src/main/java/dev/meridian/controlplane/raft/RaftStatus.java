package dev.meridian.controlplane.raft;

import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A Raft member's view of its group.
 *
 * @param leader empty while none is known
 * @param commit index of the newest committed entry as this member knows it
 * @param applied index of the newest entry that this member has applied
 * @param snapshot index of this member's newest checkpoint, -1 if none
 */
public record RaftStatus(
    Role role,
    Optional<RegionId> leader,
    long term,
    long commit,
    long applied,
    long snapshot,
    List<Member> members) {

  /** What a member is at the moment. */
  public enum Role {
    LEADER,
    FOLLOWER,
    CANDIDATE,
    LISTENER
  }

  /**
   * Another member, or this one.
   *
   * @param commit index of the newest entry that the member has reported as committed
   * @param lastContact time since it answered, where this member is the leader
   */
  public record Member(
      RegionId region, String address, long commit, Optional<Duration> lastContact) {}

  public RaftStatus {
    members = List.copyOf(members);
  }

  public boolean isLeader() {
    return role == Role.LEADER;
  }
}
