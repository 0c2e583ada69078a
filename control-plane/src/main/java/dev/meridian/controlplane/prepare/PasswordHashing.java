package dev.meridian.controlplane.prepare;

import dev.meridian.secrets.PasswordHash;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Hashes passwords, few at a time: each takes 20 MiB and tens of milliseconds of a core. */
public final class PasswordHashing {

  private static final int AT_ONCE = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Semaphore permits = new Semaphore(AT_ONCE, true);

  /** Others were hashed for too long; to be tried again. */
  public static final class BusyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BusyException(String message) {
      super(message);
    }
  }

  /**
   * The hash of a password.
   *
   * @throws BusyException when too many wait for it
   */
  public PasswordHash hash(String password) {
    return inTurn(() -> PasswordHash.of(password));
  }

  /**
   * Whether a password has this hash.
   *
   * @throws BusyException when too many wait for it
   */
  public boolean matches(PasswordHash hash, String password) {
    return inTurn(() -> hash.matches(password));
  }

  private <T> T inTurn(Supplier<T> work) {
    try {
      if (!permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new BusyException("too many logins at once: try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BusyException("the call was cancelled");
    }
    try {
      return work.get();
    } finally {
      permits.release();
    }
  }
}
