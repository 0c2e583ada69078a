package dev.meridian.controlplane.rpc.login;

import com.google.protobuf.ByteString;
import dev.meridian.access.AccountName;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.prepare.Caller;
import dev.meridian.controlplane.prepare.PasswordHashing;
import dev.meridian.proto.store.AccountRecord;
import dev.meridian.proto.store.SecretRecord;
import dev.meridian.secrets.PasswordHash;
import dev.meridian.secrets.RobotSecret;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Verifies the names and passwords of accounts (RFC 7617). What is wrong with a login does not show
 * in the answer, nor in the time that it takes. One that was verified is good for some seconds,
 * unless the account has changed.
 */
final class AccountLogins {

  private static final Duration GOOD_FOR = Duration.ofSeconds(5);
  private static final Duration NOTED_EVERY = Duration.ofHours(1);
  private static final int REMEMBERED = 1_000;
  private static final int LONGEST_HEADER = 1_024;
  private static final String SCHEME = "Basic ";

  /** With what the secret of a robot is compared that is not there. */
  private static final byte[] NO_SECRET = new byte[32];

  private record Credentials(String name, String password) {}

  private record Verified(String name, long credentials, long untilNanos) {}

  private final KnownAccounts accounts;
  private final PasswordHashing hashing;
  private final Consumer<String> used;
  private final InstantSource clock;
  private final LoginAttempts attempts = new LoginAttempts();
  private final Map<ByteString, Verified> verified =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteString, Verified> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param used told of an account whose last use noted is an hour ago or more
   */
  AccountLogins(
      KnownAccounts accounts, PasswordHashing hashing, Consumer<String> used, InstantSource clock) {
    this.accounts = accounts;
    this.hashing = hashing;
    this.used = used;
    this.clock = clock;
  }

  /**
   * Who logs in with this header.
   *
   * @throws StatusRuntimeException UNAUTHENTICATED when it does not, RESOURCE_EXHAUSTED when too
   *     many logins failed
   * @throws UnavailableException when accounts here may be out of date by too much
   * @throws PasswordHashing.BusyException when too many wait for theirs to be looked at
   */
  Caller verify(String header, String address) {
    if (!accounts.isCurrent()) {
      throw new UnavailableException(
          "no quorum is in reach of this region, and was not for access.disconnected: until one is,"
              + " operators are known here by certificate, not by a password");
    }
    ByteString key = ByteString.copyFrom(RobotSecret.hash(header));
    Optional<Verified> known = recall(key);
    if (known.isPresent()) {
      return new Caller(known.get().name(), address, known.get().credentials());
    }
    Credentials credentials = parse(header).orElseThrow(AccountLogins::failed);
    if (!attempts.begin(credentials.name(), address)) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription(
              "too many logins failed for this account or from this address: try again in a"
                  + " minute")
          .asRuntimeException();
    }
    AccountRecord account = inTurn(credentials, address).orElseThrow(AccountLogins::failed);
    if (clock.millis() - account.getLastUsedMs() >= NOTED_EVERY.toMillis()) {
      used.accept(credentials.name());
    }
    attempts.giveBack(credentials.name(), address);
    if (!isRobot(credentials.name())) {
      remember(key, credentials.name(), account.getCredentialsRevision());
    }
    return new Caller(credentials.name(), address, account.getCredentialsRevision());
  }

  /** Whose secrets are compared each time, which costs nothing. */
  private static boolean isRobot(String name) {
    return name.startsWith(AccountName.ROBOT_PREFIX);
  }

  private Optional<AccountRecord> inTurn(Credentials credentials, String address) {
    try {
      return authenticate(credentials);
    } catch (PasswordHashing.BusyException e) {
      // Nobody looked at the password: a flood must not lock out those who know theirs.
      attempts.giveBack(credentials.name(), address);
      throw e;
    }
  }

  /**
   * The account whose credentials these are. A password may have been changed elsewhere a moment
   * ago, so none is refused, nor is a name, before a quorum has confirmed what is known here.
   */
  private Optional<AccountRecord> authenticate(Credentials credentials) {
    Optional<AccountRecord> account = accounts.find(credentials.name());
    if (isRight(credentials, account)) {
      return account;
    }
    if (!accounts.catchUp()) {
      return Optional.empty();
    }
    Optional<AccountRecord> confirmed = accounts.find(credentials.name());
    // Only then is there a second comparison, which takes its time: else all names take the same.
    boolean changed = !confirmed.equals(account);
    return changed && isRight(credentials, confirmed) ? confirmed : Optional.empty();
  }

  private boolean isRight(Credentials credentials, Optional<AccountRecord> account) {
    boolean matches =
        isRobot(credentials.name())
            ? matchesSecret(account, credentials.password())
            : matchesPassword(account, credentials.password());
    return matches && account.filter(this::isOpen).isPresent();
  }

  private boolean isOpen(AccountRecord account) {
    return !account.getDisabled()
        && (account.getExpiresMs() == 0 || clock.millis() < account.getExpiresMs());
  }

  private boolean matchesPassword(Optional<AccountRecord> account, String password) {
    Optional<PasswordHash> hash =
        account
            .map(AccountRecord::getPasswordHash)
            .filter(text -> !text.isEmpty())
            .map(PasswordHash::parse);
    return hashing.matches(hash.orElse(PasswordHash.OF_NOBODY), password) && hash.isPresent();
  }

  private static boolean matchesSecret(Optional<AccountRecord> account, String secret) {
    boolean matches = false;
    for (int i = 0; i < 2; i++) {
      int index = i;
      Optional<byte[]> hash =
          account
              .filter(robot -> robot.getSecretsCount() > index)
              .map(robot -> robot.getSecrets(index))
              .map(SecretRecord::getHash)
              .map(ByteString::toByteArray);
      matches |= RobotSecret.matches(hash.orElse(NO_SECRET), secret) && hash.isPresent();
    }
    return matches;
  }

  /** Of a name that is not empty: nobody logs in as the anonymous principal. */
  private static Optional<Credentials> parse(String header) {
    if (header.length() > LONGEST_HEADER
        || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    try {
      String text =
          new String(
              Base64.getDecoder().decode(header.substring(SCHEME.length()).strip()),
              StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon <= 0
          ? Optional.empty()
          : Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static StatusRuntimeException failed() {
    return Status.UNAUTHENTICATED
        .withDescription("the login failed: the name or the password is wrong")
        .asRuntimeException();
  }

  private Optional<Verified> recall(ByteString key) {
    return remembered(key)
        .filter(known ->
            accounts
                .find(known.name())
                .filter(this::isOpen)
                .filter(account -> account.getCredentialsRevision() == known.credentials())
                .isPresent());
  }

  private Optional<Verified> remembered(ByteString key) {
    synchronized (verified) {
      Verified found = verified.get(key);
      if (found != null && found.untilNanos() - System.nanoTime() > 0) {
        return Optional.of(found);
      }
      verified.remove(key);
      return Optional.empty();
    }
  }

  private void remember(ByteString key, String name, long credentials) {
    synchronized (verified) {
      verified.put(key, new Verified(name, credentials, System.nanoTime() + GOOD_FOR.toNanos()));
    }
  }
}
