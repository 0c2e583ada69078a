package dev.meridian.controlplane.raft;

import java.util.List;

/**
 * How a server came into its Raft group: as what, and with which members it starts Ratis. The
 * members of today are in the log.
 *
 * @param self the server's own id
 */
record Enrolment(String self, List<GroupMember> group) {

  Enrolment {
    group = List.copyOf(group);
  }

  /** This server as it was when it came. */
  GroupMember member() {
    return group.stream().filter(member -> member.id().equals(self)).findFirst().orElseThrow();
  }
}
