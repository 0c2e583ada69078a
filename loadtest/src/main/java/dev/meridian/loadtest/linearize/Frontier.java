package dev.meridian.loadtest.linearize;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Configurations none of which makes another one superfluous. */
final class Frontier {

  private final Map<Configuration.Kind, List<Configuration>> byKind = new HashMap<>();
  private int size;

  /** Adds one unless it is superfluous; those that it makes superfluous go. */
  boolean add(Configuration added) {
    List<Configuration> alike = byKind.computeIfAbsent(added.kind(), kind -> new ArrayList<>(1));
    if (alike.stream().anyMatch(known -> known.covers(added))) {
      return false;
    }
    size -= alike.size();
    alike.removeIf(added::covers);
    alike.add(added);
    size += alike.size();
    return true;
  }

  int size() {
    return size;
  }

  List<Configuration> all() {
    return byKind.values().stream().flatMap(Collection::stream).toList();
  }

  Set<Integer> values() {
    return byKind.keySet().stream().map(Configuration.Kind::value).collect(Collectors.toSet());
  }
}
