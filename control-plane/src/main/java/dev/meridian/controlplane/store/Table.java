package dev.meridian.controlplane.store;

/** A column family with typed rows; all there are stand in {@link Tables}. */
public record Table<K, V>(String name, Codec<K> keys, Codec<V> values) {

  /** Every row. */
  public KeyRange<K> all() {
    return KeyRange.prefix(new byte[0]);
  }

  Row<K, V> row(byte[] key, byte[] value) {
    return new Row<>(keys.decode(key), values.decode(value));
  }

  @Override
  public String toString() {
    return name;
  }
}
