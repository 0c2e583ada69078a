package dev.meridian.model;

import java.util.Objects;

/** Who asks. The empty name is the anonymous principal. */
public record Principal(String name) {

  public static final Principal ANONYMOUS = new Principal("");

  public Principal {
    Objects.requireNonNull(name, "name");
  }

  @Override
  public String toString() {
    return name.isEmpty() ? "anonymous" : name;
  }
}
