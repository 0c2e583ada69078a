package dev.meridian.node.auth;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.metadata.AccessQueries.Account;
import dev.meridian.node.metadata.MetadataUnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the plane hears of the use of accounts. */
class LastUsesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final Queue<String> noted = new ConcurrentLinkedQueue<>();

  private static Account usedBefore(String name, Duration time) {
    FakeAccess access = new FakeAccess();
    access.robot(name, "mrs_secret");
    Account account = access.account(name, 0).orElseThrow();
    return new Account(
        account.identity(),
        account.disabled(),
        account.expires(),
        account.password(),
        account.secretHashes(),
        NOW.minus(time),
        account.credentialsRevision());
  }

  @Test
  void notesAUseAnHourAfterTheLastThatWasNoted() throws Exception {
    LastUses uses = new LastUses(() -> NOW, noted::add);
    uses.note(usedBefore("robot.lately", Duration.ofHours(1)));
    for (int i = 0; i < 3; i++) {
      uses.note(usedBefore("robot.long", Duration.ofHours(1).plusMillis(1)));
    }
    eventually(() -> assertThat(noted).containsExactly("robot.long"));
  }

  @Test
  void triesAgainAtTheNextUseWhatWasNotNoted() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    LastUses uses =
        new LastUses(
            () -> NOW,
            name -> {
              if (attempts.incrementAndGet() < 3) {
                throw new MetadataUnavailableException("no quorum", false, null);
              }
              noted.add(name);
            });
    Account account = usedBefore("robot.ci", Duration.ofDays(1));
    eventually(() -> {
      uses.note(account);
      assertThat(noted).containsExactly("robot.ci");
    });
    assertThat(attempts).hasValue(3);
  }
}
