package dev.meridian.loadtest.linearize;

/**
 * One way in which all that returned may have happened: the value now, which of the pending calls
 * have taken effect, and how many of each kind of uncertain calls were made use of.
 */
final class Configuration {

  private final int value;
  private final long done;
  private final int[] used;

  Configuration(int value, long done, int[] used) {
    this.value = value;
    this.done = done;
    this.used = used;
  }

  /** What must be equal for two configurations to be compared. */
  record Kind(int value, long done) {}

  Kind kind() {
    return new Kind(value, done);
  }

  int value() {
    return value;
  }

  boolean hasDone(int slot) {
    return (done & 1L << slot) != 0;
  }

  int used(int option) {
    return used[option];
  }

  Configuration afterCall(int slot, int newValue) {
    return new Configuration(newValue, done | 1L << slot, used);
  }

  Configuration afterOption(int option, int newValue, boolean counted) {
    if (!counted) {
      return new Configuration(newValue, done, used);
    }
    int[] more = used.clone();
    more[option]++;
    return new Configuration(newValue, done, more);
  }

  /** The slot of a call that returned is free for another one. */
  Configuration without(int slot) {
    return new Configuration(value, done & ~(1L << slot), used);
  }

  /** Whether all that can follow the other, which is of the same kind, can follow this one. */
  boolean covers(Configuration other) {
    for (int i = 0; i < used.length; i++) {
      if (used[i] > other.used[i]) {
        return false;
      }
    }
    return true;
  }
}
