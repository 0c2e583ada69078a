package dev.meridian.controlplane.disk;

import dev.meridian.model.RegionId;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A member of the Raft group.
 *
 * @param id its Raft id, see {@link #founder} and {@link #newcomer}
 * @param address host:port of its Raft listener
 * @param listener it has no vote
 */
public record GroupMember(String id, String address, boolean listener) {

  private static final Pattern ID = Pattern.compile("([a-z0-9-]+)(\\.[0-9a-f]{8})?");
  private static final int SUFFIX = 8;

  public GroupMember {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          "\""
              + id
              + "\" is not the id of a member: expected a region, or <region>.<8 hex digits>");
    }
  }

  /** A voter that founds the cluster: its id is the name of its region. */
  public static GroupMember founder(RegionId region, String address) {
    return new GroupMember(region.value(), address, false);
  }

  /**
   * A listener that comes later. Its id is new, so that a server that lost its data is never taken
   * for the voter that it was: it may have voted, or have acknowledged entries that it has no more
   * (Raft dissertation, section 4.4).
   */
  public static GroupMember newcomer(RegionId region, String address) {
    String suffix = UUID.randomUUID().toString().substring(0, SUFFIX);
    return new GroupMember(region.value() + "." + suffix, address, true);
  }

  /** Its region, which its id begins with. */
  public RegionId region() {
    Matcher parts = ID.matcher(id);
    if (!parts.matches()) {
      throw new IllegalStateException(id);
    }
    return RegionId.parse(parts.group(1));
  }

  public GroupMember asVoter() {
    return new GroupMember(id, address, false);
  }

  public GroupMember asListener() {
    return new GroupMember(id, address, true);
  }
}
