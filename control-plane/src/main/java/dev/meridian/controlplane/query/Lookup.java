package dev.meridian.controlplane.query;

import dev.meridian.controlplane.apply.command.Rejection;
import java.util.function.Function;

/** What a query for one thing found. */
public sealed interface Lookup<T> {

  /** It is there. */
  record Found<T>(T value) implements Lookup<T> {}

  /** It is not there; the rejection says what is missing. */
  record Missing<T>(Rejection rejection) implements Lookup<T> {}

  /** The same, with what was found made into something else. */
  default <R> Lookup<R> map(Function<T, R> view) {
    return switch (this) {
      case Found<T>(T value) -> new Found<>(view.apply(value));
      case Missing<T>(Rejection rejection) -> new Missing<>(rejection);
    };
  }
}
