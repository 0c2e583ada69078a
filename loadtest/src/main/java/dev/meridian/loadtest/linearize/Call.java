package dev.meridian.loadtest.linearize;

/**
 * An operation on one register as a client saw it.
 *
 * @param id of the caller's choice
 * @param start when it was called, on the one clock of the history
 * @param end when it returned; of an uncertain call of no meaning
 * @param certain whether it took effect, between start and end; else it may have, at any time after
 *     its start, or may not, or may yet
 */
public record Call(int id, Step step, long start, long end, boolean certain) {

  /** A call that returned. */
  public static Call certain(int id, Step step, long start, long end) {
    return new Call(id, step, start, end, true);
  }

  /** A call of which nobody knows what came of it. */
  public static Call uncertain(int id, Step step, long start) {
    return new Call(id, step, start, Long.MAX_VALUE, false);
  }

  /** The same call, known to have taken effect by then. */
  Call by(long time) {
    return new Call(id, step, start, Math.max(start, time), true);
  }

  /** The same call when nobody knows what came of it. */
  Call withoutEnd() {
    return uncertain(id, step, start);
  }

  /** The same call with its values under other names. */
  Call with(Step renamed) {
    return new Call(id, renamed, start, end, certain);
  }
}
