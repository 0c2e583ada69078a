package dev.meridian.access;

import dev.meridian.model.Quoted;
import dev.meridian.model.RepositoryName;

/**
 * Repositories by their names: {@code *} is all, {@code team/*} all under {@code team}, and {@code
 * team/app} that one.
 */
public record RepositoryPattern(String value) implements Comparable<RepositoryPattern> {

  /** All repositories. */
  public static final RepositoryPattern ALL = new RepositoryPattern("*");

  public RepositoryPattern {
    if (!value.equals("*")) {
      String name = value.endsWith("/*") ? value.substring(0, value.length() - 2) : value;
      try {
        RepositoryName.parse(name);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "repository pattern "
                + Quoted.of(value)
                + " is not valid: expected *, <path>/* or a repository's name",
            e);
      }
    }
  }

  /**
   * Parses a pattern.
   *
   * @throws IllegalArgumentException when it is not valid
   */
  public static RepositoryPattern parse(String text) {
    return new RepositoryPattern(text);
  }

  /** Only the repository of this name. */
  public static RepositoryPattern of(RepositoryName repository) {
    return new RepositoryPattern(repository.value());
  }

  /** Whether the repository is one of these. */
  public boolean matches(RepositoryName repository) {
    return value.endsWith("*")
        ? repository.value().startsWith(path())
        : repository.value().equals(value);
  }

  /** Whether all repositories of another pattern are among these. */
  public boolean covers(RepositoryPattern other) {
    return value.endsWith("*") ? other.path().startsWith(path()) : value.equals(other.value);
  }

  /** Whether some repository is of both. */
  public boolean overlaps(RepositoryPattern other) {
    return covers(other) || other.covers(this);
  }

  /** Up to the star. */
  private String path() {
    return value.endsWith("*") ? value.substring(0, value.length() - 1) : value;
  }

  @Override
  public int compareTo(RepositoryPattern other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
