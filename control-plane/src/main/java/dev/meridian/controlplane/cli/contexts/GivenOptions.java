package dev.meridian.controlplane.cli.contexts;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.cli.client.ServerAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the command line itself says of how a cluster is reached, as it is written there. An empty
 * path or user says that there is to be none.
 */
public record GivenOptions(
    Optional<ServerAddress> server,
    Optional<Path> ca,
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<String> user) {

  boolean isEmpty() {
    return server.isEmpty()
        && ca.isEmpty()
        && certificate.isEmpty()
        && key.isEmpty()
        && user.isEmpty();
  }

  /**
   * The context with what is given here; paths absolute, since the next run may be elsewhere.
   *
   * @throws IllegalArgumentException when the user is none that can log in
   */
  Context over(Context before) {
    Context changed = server.isPresent() ? before.withServer(server) : before;
    changed = over(changed, Context.File.CA, ca);
    changed = over(changed, Context.File.CERT, certificate);
    changed = over(changed, Context.File.KEY, key);
    return user.isPresent()
        ? changed.withUser(user.filter(name -> !name.isEmpty()).map(AccountName::parse))
        : changed;
  }

  private static Context over(Context before, Context.File file, Optional<Path> given) {
    return given.isPresent()
        ? before.withPath(
            file,
            given
                .filter(path -> !path.toString().isEmpty())
                .map(path -> path.toAbsolutePath().normalize()))
        : before;
  }
}
