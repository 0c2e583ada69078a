package dev.meridian.access;

import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What somebody may do with some repositories, or may not, whatever else is granted.
 *
 * @param regions holds for requests to these; empty: to all
 */
public record Grant(
    Subject subject,
    RepositoryPattern pattern,
    boolean deny,
    Set<Action> actions,
    Set<RegionId> regions) {

  public Grant {
    if (actions.isEmpty()) {
      throw new IllegalArgumentException(
          "the grant of " + subject + " on " + pattern + " names no action: expected one at least");
    }
    actions = Set.copyOf(actions);
    regions = Set.copyOf(regions);
  }

  /** Whether it says something of this action on this repository. */
  boolean applies(RepositoryName repository, Action action, RegionId region) {
    return includes(action) && holdsIn(region) && pattern.matches(repository);
  }

  /** Who may administer may do everything; who may not administer may still do the rest. */
  boolean includes(Action action) {
    return actions.contains(action) || !deny && actions.contains(Action.ADMIN);
  }

  boolean holdsIn(RegionId region) {
    return regions.isEmpty() || regions.contains(region);
  }

  /** As a person reads it: {@code group:dev is granted pull, push on team/*}. */
  @Override
  public String toString() {
    return subject
        + (deny ? " is denied " : " is granted ")
        + actions.stream().sorted().map(Action::toString).collect(Collectors.joining(", "))
        + " on "
        + pattern
        + (regions.isEmpty()
            ? ""
            : regions.stream()
                .sorted()
                .map(RegionId::value)
                .collect(Collectors.joining(", ", " in ", "")));
  }
}
