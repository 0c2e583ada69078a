package dev.meridian.controlplane.query;

import dev.meridian.controlplane.apply.command.Rejection;

/** What a query for one thing found. */
public sealed interface Lookup<T> {

  /** It is there. */
  record Found<T>(T value) implements Lookup<T> {}

  /** It is not there; the rejection says what is missing. */
  record Missing<T>(Rejection rejection) implements Lookup<T> {}
}
