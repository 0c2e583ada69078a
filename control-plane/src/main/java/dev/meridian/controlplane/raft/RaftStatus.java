package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.disk.GroupMember;
import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A Raft member's view of its group.
 *
 * @param leaderId Raft id of the leader, empty while none is known
 * @param commit index of the newest committed entry as this member knows it
 * @param applied index of the newest entry that this member has applied
 * @param snapshot index of this member's newest checkpoint, -1 if none
 * @param members all of the group, this one included; voters first
 */
public record RaftStatus(
    GroupMember self,
    Role role,
    Optional<String> leaderId,
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
   * A member of the group.
   *
   * @param commit index of the newest entry that the member has reported as committed
   * @param lag since when there has been an entry that it has not reported
   * @param lastContact time since it answered, where this member is the leader
   */
  public record Member(
      GroupMember member, long commit, Duration lag, Optional<Duration> lastContact) {

    public RegionId region() {
      return member.region();
    }
  }

  public RaftStatus {
    members = List.copyOf(members);
  }

  public boolean isLeader() {
    return role == Role.LEADER;
  }

  /** Region of the leader, empty while none is known. */
  public Optional<RegionId> leader() {
    return leaderId.map(id -> new GroupMember(id, "", false).region());
  }
}
