package dev.meridian.node.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.meridian.access.AccountName;
import dev.meridian.node.limits.LoginLimits;
import dev.meridian.node.limits.Verdict;
import dev.meridian.node.metadata.AccessQueries.Account;
import dev.meridian.node.routing.ClientAddress;
import dev.meridian.secrets.PasswordHash;
import dev.meridian.secrets.RobotSecret;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Checks names with passwords or robots' secrets. What is wrong with a login neither shows in what
 * is said nor in the time that it takes; what was right a moment ago is not hashed again.
 */
public final class Passwords {

  private static final Duration MEMORY = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** What came of a check. */
  public sealed interface Outcome {

    /** It is them. */
    record Right(Account account, Credentials credentials) implements Outcome {}

    /** No such account, another password, or an account that is closed. */
    record Wrong() implements Outcome {}

    /** Too many passwords are being checked at this moment. */
    record Busy() implements Outcome {}

    /** Too many logins to this account, or from this address, have failed lately. */
    record Limited(Verdict.Refused limit) implements Outcome {}
  }

  private static final Outcome WRONG = new Outcome.Wrong();

  private final AccountDirectory directory;
  private final LoginLimits limits;
  private final InstantSource clock;

  /** Hashing takes all of a core, and memory: the rest of the node goes on beside it. */
  private final Semaphore hashing;

  /** Hash of name and password, to the account's credentials revision. */
  private final Cache<ByteBuffer, Long> right =
      Caffeine.newBuilder().expireAfterWrite(MEMORY).maximumSize(10_000).build();

  /** What is checked at this moment: the same login in many requests is one guess. */
  private final Map<ByteBuffer, CompletableFuture<Outcome>> checking = new ConcurrentHashMap<>();

  /**
   * @param limits of failed logins
   */
  public Passwords(AccountDirectory directory, LoginLimits limits, InstantSource clock) {
    this(directory, limits, clock, Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
  }

  /**
   * @param cores that hash at the same time at most
   */
  Passwords(AccountDirectory directory, LoginLimits limits, InstantSource clock, int cores) {
    this.directory = directory;
    this.limits = limits;
    this.clock = clock;
    this.hashing = new Semaphore(cores, true);
  }

  /**
   * Whether this is the account's password or secret. A password that was not asked lately takes
   * tens of milliseconds of a core, whether its account is there or not. What is right lately, or
   * is a secret that nobody can guess, is let in whatever others have tried with the name.
   */
  public Outcome check(String name, String password, ClientAddress client) {
    Optional<Account> account = account(name);
    // By the name, so that it shows in no answer's time which robots there are.
    return name.startsWith(AccountName.ROBOT_PREFIX)
        ? robot(account, name, password, client)
        : user(account, name, password, client);
  }

  private Outcome robot(
      Optional<Account> account, String name, String secret, ClientAddress client) {
    Optional<byte[]> shown = account.flatMap(known -> matching(known, secret));
    if (shown.isPresent()) {
      return open(account.get(), Credentials.ofSecret(account.get(), shown.get()));
    }
    return limits.begin(name, client) instanceof Verdict.Refused refused
        ? new Outcome.Limited(refused)
        : WRONG;
  }

  private Outcome user(
      Optional<Account> account, String name, String password, ClientAddress client) {
    ByteBuffer key = ByteBuffer.wrap(RobotSecret.hash(name + "\n" + password));
    Long revision = right.getIfPresent(key);
    if (account.isPresent()
        && revision != null
        && revision == account.get().credentialsRevision()) {
      return open(account.get(), Credentials.ofPassword(account.get()));
    }
    // Nobody waits for a core to be refused.
    if (limits.allowed(name, client) instanceof Verdict.Refused refused) {
      return new Outcome.Limited(refused);
    }
    return once(key, () -> guess(account, name, password, client, key));
  }

  private Outcome once(ByteBuffer key, Supplier<Outcome> check) {
    CompletableFuture<Outcome> own = new CompletableFuture<>();
    CompletableFuture<Outcome> first = checking.putIfAbsent(key, own);
    if (first != null) {
      return first.join();
    }
    try {
      own.complete(check.get());
    } finally {
      checking.remove(key, own);
      // Of a check that broke: nobody waits for it for ever.
      own.complete(new Outcome.Busy());
    }
    return own.join();
  }

  private Outcome guess(
      Optional<Account> account,
      String name,
      String password,
      ClientAddress client,
      ByteBuffer key) {
    if (!acquire()) {
      return new Outcome.Busy();
    }
    try {
      // Before it is known to fail: what is tried at the same time counts too.
      if (limits.begin(name, client) instanceof Verdict.Refused refused) {
        return new Outcome.Limited(refused);
      }
      PasswordHash hash = account.flatMap(Account::password).orElse(PasswordHash.OF_NOBODY);
      if (!hash.matches(password) || account.isEmpty()) {
        return WRONG;
      }
    } finally {
      hashing.release();
    }
    right.put(key, account.get().credentialsRevision());
    Outcome outcome = open(account.get(), Credentials.ofPassword(account.get()));
    if (outcome instanceof Outcome.Right) {
      limits.succeeded(name, client);
    }
    return outcome;
  }

  private boolean acquire() {
    try {
      return hashing.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Outcome open(Account account, Credentials credentials) {
    return account.isOpen(clock.instant()) ? new Outcome.Right(account, credentials) : WRONG;
  }

  /** What can not be a name is not asked for; the anonymous principal does not log in. */
  private Optional<Account> account(String name) {
    try {
      return directory.account(AccountName.parse(name).value());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The hash of the secret, if it is one of the account's. */
  private static Optional<byte[]> matching(Account account, String secret) {
    return account.secretHashes().stream()
        .filter(hash -> RobotSecret.matches(hash, secret))
        .findFirst();
  }
}
