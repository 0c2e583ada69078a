package dev.meridian.controlplane.store;

import java.util.Arrays;

/** A contiguous range of a table's keys, in the order of their bytes. */
public final class KeyRange<K> {

  private final byte[] from;
  private final byte[] to;

  private KeyRange(byte[] from, byte[] to) {
    this.from = from;
    this.to = to;
  }

  /** All keys that begin with these bytes. */
  static <K> KeyRange<K> prefix(byte[] prefix) {
    return new KeyRange<>(prefix, successor(prefix));
  }

  /** The keys before these bytes. */
  static <K> KeyRange<K> before(byte[] end) {
    return new KeyRange<>(new byte[0], end);
  }

  /** Those of these keys that come after one, given as it is written; it need not exist. */
  public KeyRange<K> after(byte[] key) {
    byte[] next = Arrays.copyOf(key, key.length + 1);
    return Arrays.compareUnsigned(next, from) > 0 ? new KeyRange<>(next, to) : this;
  }

  /** Those of these keys that do not come before one, given as it is written. */
  public KeyRange<K> from(byte[] key) {
    return Arrays.compareUnsigned(key, from) > 0 ? new KeyRange<>(key.clone(), to) : this;
  }

  /** The first bytes of the range. */
  byte[] from() {
    return from;
  }

  /** The first bytes behind the range; empty when it has no end. */
  byte[] to() {
    return to;
  }

  boolean isBounded() {
    return to.length > 0;
  }

  private static byte[] successor(byte[] prefix) {
    for (int i = prefix.length - 1; i >= 0; i--) {
      if (prefix[i] != (byte) 0xff) {
        byte[] next = Arrays.copyOf(prefix, i + 1);
        next[i]++;
        return next;
      }
    }
    return new byte[0];
  }
}
