package dev.meridian.node.auth;

import dev.meridian.access.Action;
import dev.meridian.model.RepositoryName;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A resource and actions on it, as clients ask for them and tokens grant them (Distribution, "Token
 * Scope Documentation"): {@code repository:team/app:pull,push}.
 *
 * @param actions in the order in which they were asked for
 */
public record Scope(String type, String name, Set<String> actions) {

  /** The list of repositories. */
  public static final Scope CATALOG = new Scope("registry", "catalog", Set.of("*"));

  /** Search in the list of repositories, as docker asks for it with an identity token. */
  public static final Scope SEARCH = new Scope("registry", "catalog", Set.of("search"));

  private static final String REPOSITORY = "repository";

  public Scope {
    actions = new LinkedHashSet<>(actions);
  }

  /** What it takes to do something with a repository. */
  public static Scope of(RepositoryName repository, Set<String> actions) {
    return new Scope(REPOSITORY, repository.value(), actions);
  }

  /** Parses a scope; empty when it is not one. The name may hold colons, such as that of a port. */
  public static Optional<Scope> parse(String text) {
    int first = text.indexOf(':');
    int last = text.lastIndexOf(':');
    if (first <= 0 || last <= first + 1) {
      return Optional.empty();
    }
    Set<String> actions =
        Arrays.stream(text.substring(last + 1).split(","))
            .filter(action -> !action.isEmpty())
            .collect(Collectors.toCollection(LinkedHashSet::new));
    return Optional.of(
        new Scope(text.substring(0, first), text.substring(first + 1, last), actions));
  }

  /** The repository that it is about; empty when it is about something else. */
  public Optional<RepositoryName> repository() {
    if (!type.equals(REPOSITORY)) {
      return Optional.empty();
    }
    try {
      return Optional.of(RepositoryName.parse(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What clients call an action: they know fewer. */
  public static String nameOf(Action action) {
    return switch (action) {
      case PULL -> "pull";
      case PUSH, TAG_CREATE, TAG_UPDATE -> "push";
      case DELETE -> "delete";
      case ADMIN -> "*";
    };
  }

  /** Whether it is about this repository and holds the action. */
  boolean covers(RepositoryName repository, Action action) {
    return type.equals(REPOSITORY)
        && name.equals(repository.value())
        && actions.contains(nameOf(action));
  }

  /** Whether it holds all that another one does. */
  public boolean includes(Scope other) {
    return type.equals(other.type) && name.equals(other.name) && actions.containsAll(other.actions);
  }

  @Override
  public String toString() {
    return type + ":" + name + ":" + String.join(",", actions);
  }
}
