package dev.meridian.controlplane.cli.output;

import java.util.List;

/** One thing of a result. Things of one list have the same keys in the same order. */
public record Item(List<Field> fields) {

  /** A thing with these fields. */
  public static Item of(Field... fields) {
    return new Item(List.of(fields));
  }
}
