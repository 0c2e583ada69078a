package dev.meridian.controlplane.cli.output;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * A field of a result.
 *
 * @param key in snake_case; programs rely on it, so it stays
 * @param aside whether tables leave it out
 */
public record Field(String key, Value value, boolean aside) {

  private static final List<String> UNITS = List.of("_ms", "_bytes");

  /** A text; an empty one says that there is none. */
  public static Field text(String key, String text) {
    return new Field(key, new Value.Text(text), false);
  }

  /**
   * Several texts.
   *
   * @param none what people read where there are none
   */
  public static Field texts(String key, List<String> texts, String none) {
    return new Field(key, new Value.Texts(List.copyOf(texts), none), false);
  }

  /** A number. */
  public static Field count(String key, long count) {
    return new Field(key, new Value.Count(count), false);
  }

  /** Yes or no. */
  public static Field flag(String key, boolean set) {
    return new Field(key, new Value.Flag(set), false);
  }

  /** A duration; the key ends in {@code _ms}. */
  public static Field millis(String key, long millis) {
    return new Field(key, new Value.Millis(millis), false);
  }

  /** A duration that may not be known; the key ends in {@code _ms}. */
  public static Field millis(String key, OptionalLong millis) {
    return millis.isPresent()
        ? millis(key, millis.getAsLong())
        : new Field(key, new Value.Unknown(), false);
  }

  /** Bytes in a second; the key ends in {@code _bytes}. */
  public static Field rate(String key, long bytes) {
    return new Field(key, new Value.Rate(bytes), false);
  }

  /** A size. */
  public static Field bytes(String key, long bytes) {
    return new Field(key, new Value.Bytes(bytes), false);
  }

  /** A moment. */
  public static Field time(String key, Timestamp time) {
    Instant instant = Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    return new Field(key, new Value.Time(instant), false);
  }

  /** A list within a result, under the plural of what it holds. */
  public static Field items(String key, List<Item> items) {
    return new Field(key, new Value.Items(List.copyOf(items)), false);
  }

  /** The same, left out of tables: it is long, and seldom what one looks for. */
  public Field setAside() {
    return new Field(key, value, true);
  }

  /** The key as people read it; their values carry units. */
  String label() {
    String label = key;
    for (String unit : UNITS) {
      if (key.endsWith(unit)) {
        label = key.substring(0, key.length() - unit.length());
      }
    }
    return label.replace('_', ' ');
  }

  String heading() {
    return label().toUpperCase(Locale.ROOT);
  }
}
