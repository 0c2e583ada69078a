package dev.meridian.loadtest.linearize;

import java.util.OptionalInt;

/**
 * What an operation does to a register in one instant.
 *
 * @param guard of the value that it meets
 * @param next the value that it leaves where the guard holds; empty when it leaves what it met
 * @param required whether the guard must hold; else the operation leaves a value for which it does
 *     not as it is
 */
public record Step(Guard guard, OptionalInt next, boolean required) {

  /** The register was seen in a state. */
  public static Step observe(Guard guard) {
    return new Step(guard, OptionalInt.empty(), true);
  }

  /** The register got a value, in a state that allowed it. */
  public static Step change(Guard guard, int next) {
    return new Step(guard, OptionalInt.of(next), true);
  }

  /** The register got a value if it had another one, and nothing tells whether it had. */
  public static Step replace(int value, int next) {
    return new Step(new Guard.Is(value), OptionalInt.of(next), false);
  }

  /** Whether it can happen at this value. */
  boolean allows(int value) {
    return !required || guard.holds(value);
  }

  /** The value that it leaves when it happens at this one. */
  int after(int value) {
    return next.isPresent() && guard.holds(value) ? next.getAsInt() : value;
  }

  /** Whether it leaves every value as it is. */
  boolean isObservation() {
    return next.isEmpty();
  }
}
