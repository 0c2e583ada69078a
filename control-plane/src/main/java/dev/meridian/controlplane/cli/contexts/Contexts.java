package dev.meridian.controlplane.cli.contexts;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All contexts of an operator.
 *
 * @param byName sorted
 * @param current the one that is used where nothing else is said; it is one of them
 */
public record Contexts(SortedMap<ContextName, Context> byName, Optional<ContextName> current) {

  static final Contexts NONE = new Contexts(new TreeMap<>(), Optional.empty());

  public Contexts {
    byName = Collections.unmodifiableSortedMap(new TreeMap<>(byName));
    if (current.isPresent() && !byName.containsKey(current.get())) {
      throw new IllegalArgumentException(unknown(byName, current.get()));
    }
  }

  /**
   * The one of that name.
   *
   * @throws IllegalArgumentException when it is not there; the message lists those that are
   */
  Context get(ContextName name) {
    Context found = byName.get(name);
    if (found == null) {
      throw new IllegalArgumentException(unknown(byName, name));
    }
    return found;
  }

  /** These and the one, which takes the place of another of its name. */
  Contexts with(ContextName name, Context context) {
    SortedMap<ContextName, Context> changed = new TreeMap<>(byName);
    changed.put(name, context);
    return new Contexts(changed, current);
  }

  /**
   * These without the one; when it was the current one, there is none then.
   *
   * @throws IllegalArgumentException when it is not there
   */
  Contexts without(ContextName name) {
    get(name);
    SortedMap<ContextName, Context> changed = new TreeMap<>(byName);
    changed.remove(name);
    return new Contexts(changed, current.filter(kept -> !kept.equals(name)));
  }

  /**
   * These, with that one as the current one.
   *
   * @throws IllegalArgumentException when it is not there
   */
  Contexts using(ContextName name) {
    return new Contexts(byName, Optional.of(name));
  }

  private static String unknown(Map<ContextName, Context> byName, ContextName name) {
    return "there is no context "
        + name
        + ": expected "
        + (byName.isEmpty()
            ? "one that `meridianctl context set` made, but there is none"
            : byName.keySet().stream()
                .map(ContextName::value)
                .collect(Collectors.joining(", ", byName.size() == 1 ? "" : "one of ", "")));
  }
}
