package dev.meridian.controlplane.apply.access;

import dev.meridian.access.RepositoryPattern;
import dev.meridian.model.RepositoryName;
import java.util.ArrayList;
import java.util.List;

/** The patterns that a name or a prefix stands under. */
final class Patterns {

  private Patterns() {}

  /** All patterns that match a repository, the narrowest first: {@code a/b, a/*, *}. */
  static List<RepositoryPattern> matching(RepositoryName repository) {
    List<RepositoryPattern> patterns = new ArrayList<>();
    patterns.add(RepositoryPattern.of(repository));
    String path = repository.value();
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/')) {
      path = path.substring(0, slash);
      patterns.add(RepositoryPattern.parse(path + "/*"));
    }
    patterns.add(RepositoryPattern.ALL);
    return patterns;
  }

  /** What a prefix stands for: the repository of this name and all under it; empty: all. */
  static List<RepositoryPattern> under(String prefix) {
    return prefix.isEmpty()
        ? List.of(RepositoryPattern.ALL)
        : List.of(RepositoryPattern.parse(prefix), RepositoryPattern.parse(prefix + "/*"));
  }
}
