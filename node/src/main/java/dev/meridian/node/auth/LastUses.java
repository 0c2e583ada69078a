package dev.meridian.node.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.meridian.node.metadata.AccessQueries.Account;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the plane note which accounts are used: once an hour for each, and off the request's thread.
 * What was not noted is tried again at the next use.
 */
final class LastUses {

  private static final Logger LOG = LoggerFactory.getLogger(LastUses.class);

  /** The plane remembers the last use of an account to the hour. */
  private static final Duration USE = Duration.ofHours(1);

  private final InstantSource clock;
  private final Consumer<String> plane;
  private final Cache<String, Boolean> noted =
      Caffeine.newBuilder().expireAfterWrite(USE).maximumSize(100_000).build();

  /**
   * @param plane is told the name of an account that was used; may take its time
   */
  LastUses(InstantSource clock, Consumer<String> plane) {
    this.clock = clock;
    this.plane = plane;
  }

  /** The account is used now. */
  void note(Account account) {
    String name = account.identity().principal().name();
    boolean old = account.lastUsed().plus(USE).isBefore(clock.instant());
    if (old && noted.asMap().putIfAbsent(name, true) == null) {
      Thread.ofVirtual().name("note-use").start(() -> tell(name));
    }
  }

  private void tell(String name) {
    try {
      plane.accept(name);
    } catch (RuntimeException e) {
      LOG.warn("the use of account {} was not noted: {}", name, e.getMessage());
      noted.invalidate(name);
    }
  }
}
