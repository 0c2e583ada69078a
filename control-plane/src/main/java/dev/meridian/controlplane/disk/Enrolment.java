package dev.meridian.controlplane.disk;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * How a server came into its Raft group: as what, and with which members it starts Ratis. The
 * members of today are in the log.
 *
 * @param groupId of the Raft group; see {@link #founded} and {@link #restored}
 * @param self the server's own id
 */
public record Enrolment(UUID groupId, String self, List<GroupMember> group) {

  public Enrolment {
    group = List.copyOf(group);
  }

  /** The group of a cluster that its founders began; they know nothing but its name. */
  public static UUID founded(String cluster) {
    return UUID.nameUUIDFromBytes(("meridian:" + cluster + ":0").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The group of a cluster that begins with a backup: another one than before, so that servers of
   * the old cluster that come back neither lead nor stop those of the new one.
   */
  public static UUID restored() {
    return UUID.randomUUID();
  }

  /** This server as it was when it came. */
  public GroupMember member() {
    return group.stream().filter(member -> member.id().equals(self)).findFirst().orElseThrow();
  }
}
