package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.history.Action;
import dev.meridian.loadtest.oci.Manifest;
import java.util.Optional;

/** An action, with the manifest that it writes if it writes one. */
record Task(Action action, Optional<Manifest> manifest) {

  static Task of(Action action) {
    return new Task(action, Optional.empty());
  }

  static Task writing(Manifest manifest, Action action) {
    return new Task(action, Optional.of(manifest));
  }
}
