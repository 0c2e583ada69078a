package dev.meridian.controlplane.cli.contexts;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.cli.client.ServerAddress;
import dev.meridian.tls.TlsFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The context that a run uses.
 *
 * @param file where it is
 */
public record ChosenContext(ContextName name, Context context, Path file) {

  /** The server that it names. */
  public Optional<ServerAddress> server() {
    return context.server();
  }

  /** Who logs in. */
  public Optional<String> user() {
    return context.user().map(AccountName::value);
  }

  /** A file that it names; messages about it say by which context. */
  public Optional<TlsFile> file(Context.File which) {
    return context
        .path(which)
        .map(path -> new TlsFile(which.key() + " of the context " + name + " in " + file, path));
  }
}
