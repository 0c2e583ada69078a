package dev.meridian.deploy;

import dev.meridian.deploy.LoginCluster.Account;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** ORAS in a process for each account: within one, it shows a token to whoever asks next. */
final class OrasLogin implements LoginClient, AutoCloseable {

  private final Path authority;
  private final Path directory;
  private final Map<Optional<Account>, ClientProcess> started = new HashMap<>();

  /**
   * @param authority file of the certificate of whom it trusts
   * @param directory for what it moves
   */
  OrasLogin(Path authority, Path directory) {
    this.authority = authority;
    this.directory = directory;
  }

  private ClientProcess as(Optional<Account> account) throws IOException {
    if (!started.containsKey(account)) {
      started.put(account, OrasProgram.trusting(authority, directory));
    }
    return started.get(account);
  }

  @Override
  public String push(Account account, String image) throws Exception {
    return as(Optional.of(account)).push(account, image);
  }

  @Override
  public void pull(Optional<Account> account, String image, String digest) throws Exception {
    as(account).pull(account, image, digest);
  }

  @Override
  public void close() {
    started.values().forEach(ClientProcess::close);
  }
}
