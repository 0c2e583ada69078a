package dev.meridian.controlplane.cli.contexts;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.cli.client.ServerAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a cluster is reached; what is empty is said elsewhere, or by default. It never holds a
 * password.
 *
 * @param ca absolute, as the other paths
 * @param user who logs in
 */
public record Context(
    Optional<ServerAddress> server,
    Optional<Path> ca,
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<AccountName> user) {

  /** Says nothing. */
  static final Context EMPTY =
      new Context(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The files that a context names, by their keys. */
  public enum File {
    CA("ca"),
    CERT("cert"),
    KEY("key");

    private final String key;

    File(String key) {
      this.key = key;
    }

    /** As the file of contexts says it, and results. */
    String key() {
      return key;
    }
  }

  Optional<Path> path(File file) {
    return switch (file) {
      case CA -> ca;
      case CERT -> certificate;
      case KEY -> key;
    };
  }

  Context withServer(Optional<ServerAddress> changed) {
    return new Context(changed, ca, certificate, key, user);
  }

  Context withPath(File file, Optional<Path> changed) {
    return switch (file) {
      case CA -> new Context(server, changed, certificate, key, user);
      case CERT -> new Context(server, ca, changed, key, user);
      case KEY -> new Context(server, ca, certificate, changed, user);
    };
  }

  Context withUser(Optional<AccountName> changed) {
    return new Context(server, ca, certificate, key, changed);
  }
}
