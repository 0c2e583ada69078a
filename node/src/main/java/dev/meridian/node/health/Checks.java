package dev.meridian.node.health;

import java.util.List;

/** The checks behind {@code /livez}, {@code /readyz} or {@code /startupz}. */
public record Checks(List<Check> checks) {

  /** One check; the message says what is wrong, or is {@code ok}. */
  public record Check(String name, boolean ok, String message) {
    static Check of(String name, boolean ok, String failure) {
      return new Check(name, ok, ok ? "ok" : failure);
    }
  }

  public Checks {
    checks = List.copyOf(checks);
  }

  /** Whether all hold: 200, otherwise 503. */
  public boolean ok() {
    return checks.stream().allMatch(Check::ok);
  }
}
