package dev.meridian.node.auth;

import dev.meridian.access.AccountName;
import dev.meridian.node.metadata.AccessQueries.Account;
import dev.meridian.secrets.RobotSecret;
import java.util.Optional;

/**
 * What proved who somebody is.
 *
 * @param revision the account's credentials revision at that time
 * @param secret of a robot: the fingerprint of the secret that was shown, of which it may have two
 */
public record Credentials(long revision, Optional<String> secret) {

  /** Of who has not logged in. */
  public static final Credentials NONE = new Credentials(0, Optional.empty());

  /** Those of a user's password. */
  static Credentials ofPassword(Account account) {
    return new Credentials(account.credentialsRevision(), Optional.empty());
  }

  /** Those of one of a robot's secrets. */
  static Credentials ofSecret(Account account, byte[] hash) {
    return new Credentials(
        account.credentialsRevision(), Optional.of(RobotSecret.fingerprint(hash)));
  }

  /** Whether they would still prove it. */
  boolean stillOpen(Account account) {
    return revision == account.credentialsRevision()
        && (secret.isPresent() ? hasSecret(account, secret.get()) : !isRobot(account));
  }

  private static boolean hasSecret(Account account, String fingerprint) {
    for (byte[] hash : account.secretHashes()) {
      if (RobotSecret.fingerprint(hash).equals(fingerprint)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRobot(Account account) {
    return account.identity().principal().name().startsWith(AccountName.ROBOT_PREFIX);
  }
}
