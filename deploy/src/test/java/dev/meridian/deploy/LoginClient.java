package dev.meridian.deploy;

import dev.meridian.deploy.LoginCluster.Account;
import java.util.Optional;

/**
 * A client of registries that ask for logins. Images are named {@code HOST:PORT/REPOSITORY:TAG}.
 */
interface LoginClient {

  /** Pushes something new, and returns its digest. */
  String push(Account account, String image) throws Exception;

  /** Pulls an image all anew, which must have this digest; fails when it may not. */
  void pull(Optional<Account> account, String image, String digest) throws Exception;
}
