package dev.meridian.controlplane.query;

import dev.meridian.access.Grant;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Rows;
import dev.meridian.controlplane.store.Tables;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where, in the order of repositories' names, a grant or a rule of visibility begins or ends to
 * count. A grant is about one name, all names under a path, or all; a visibility about a name and
 * all under it.
 */
final class RulePlaces {

  /** After a path, these come before, and behind, all that is under it. */
  private static final String UNDER = "/";

  private static final String BEHIND = "0";

  /** After a name, this comes right behind it. */
  private static final String NEXT = "\0";

  private final Rows rows;
  private final NavigableSet<String> ofGrants = new TreeSet<>();

  RulePlaces(Rows rows, List<Grant> grants) {
    this.rows = rows;
    grants.forEach(grant -> add(grant.pattern().value()));
  }

  private void add(String pattern) {
    if (pattern.endsWith("/*")) {
      String path = pattern.substring(0, pattern.length() - 2);
      ofGrants.add(path + UNDER);
      ofGrants.add(path + BEHIND);
    } else if (!pattern.equals("*")) {
      ofGrants.add(pattern);
      ofGrants.add(pattern + NEXT);
    }
  }

  /**
   * The first place after a name; empty when there is none. The same is allowed with all names from
   * this one up to there.
   */
  Optional<String> after(String name) {
    return Stream.of(
            Optional.ofNullable(ofGrants.higher(name)), nextVisibility(name), visibilitiesOf(name))
        .flatMap(Optional::stream)
        .min(String::compareTo);
  }

  private Optional<String> nextVisibility(String name) {
    return rows.scan(Tables.VISIBILITIES, Tables.visibilitiesAfter(name), 1).stream()
        .map(Row::key)
        .findFirst();
  }

  /** Of the rules that begin before the name or at it, those that end, or count again, later. */
  private Optional<String> visibilitiesOf(String name) {
    Stream.Builder<String> places = Stream.builder();
    if (hasVisibility(name)) {
      places.add(name + NEXT);
    }
    for (int i = 0; i < name.length(); i++) {
      // What sorts before a slash lies between a name and all that is under it.
      if (name.charAt(i) <= '/' && hasVisibility(name.substring(0, i))) {
        places.add(name.substring(0, i) + (name.charAt(i) == '/' ? BEHIND : UNDER));
      }
    }
    return places.build().min(String::compareTo);
  }

  private boolean hasVisibility(String prefix) {
    return rows.contains(Tables.VISIBILITIES, prefix);
  }
}
