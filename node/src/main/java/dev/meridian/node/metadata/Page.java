package dev.meridian.node.metadata;

import java.util.List;

/** A page of an ordered list; {@code more} says that others follow. */
public record Page<T>(long revision, List<T> items, boolean more) {

  public Page {
    items = List.copyOf(items);
  }
}
