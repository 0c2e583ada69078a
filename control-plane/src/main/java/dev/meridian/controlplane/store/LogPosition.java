package dev.meridian.controlplane.store;

/** Where an entry stands in the Raft log. Positions are ordered by index. */
public record LogPosition(long term, long index) implements Comparable<LogPosition> {

  /** Before the first entry of a log. */
  public static final LogPosition NONE = new LogPosition(0, -1);

  @Override
  public int compareTo(LogPosition other) {
    return Long.compare(index, other.index);
  }

  @Override
  public String toString() {
    return term + ":" + index;
  }
}
