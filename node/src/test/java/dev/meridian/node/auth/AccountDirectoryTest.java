package dev.meridian.node.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.access.Action;
import dev.meridian.access.Grant;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Role;
import dev.meridian.access.Subject;
import dev.meridian.access.Visibility;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of accounts counts for some time after the last contact with a quorum. */
class AccountDirectoryTest {

  private static final Duration DISCONNECTED = Duration.ofMinutes(5);
  private static final RepositoryName OPEN = RepositoryName.parse("team/open");
  private static final RepositoryName CLOSED = RepositoryName.parse("team/closed");

  private final AtomicLong nanos = new AtomicLong();
  private final FakeAccess access = new FakeAccess();
  private final QuorumContact contact = new QuorumContact(access, nanos::get);
  private final AccountDirectory directory = new AccountDirectory(access, contact, DISCONNECTED);

  @BeforeEach
  void make() {
    access.anonymous();
    access.visible(OPEN.value(), Visibility.PUBLIC);
    access.user(
        "alice",
        "wonderland",
        new Grant(
            Subject.parse("alice"),
            RepositoryPattern.parse("team/*"),
            false,
            Role.WRITER.actions(),
            Set.of()));
  }

  private boolean may(RepositoryName repository, Action action) {
    return directory
        .decide(
            directory.account("alice").orElseThrow().identity(),
            repository,
            action,
            RegionId.parse("us-east"))
        .isAllowed();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    contact.ask();
  }

  @Test
  void countsNothingBeforeTheFirstContact() {
    access.cutOff(true);
    contact.ask();
    assertThat(directory.isTrusted()).isFalse();
    assertThat(may(CLOSED, Action.PULL)).isFalse();
    assertThat(may(OPEN, Action.PULL)).isTrue();
  }

  @Test
  void honoursWhatWasKnownWhileCutOffAndThenOnlyWhatIsPublic() {
    contact.ask();
    access.cutOff(true);
    pass(DISCONNECTED);
    assertThat(directory.isTrusted()).isTrue();
    assertThat(may(CLOSED, Action.PULL)).isTrue();
    assertThat(may(CLOSED, Action.PUSH)).isTrue();

    pass(Duration.ofNanos(1));
    assertThat(directory.isTrusted()).isFalse();
    assertThat(may(CLOSED, Action.PULL)).isFalse();
    assertThat(may(OPEN, Action.PUSH)).isFalse();
    assertThat(may(OPEN, Action.PULL)).isTrue();

    access.cutOff(false);
    pass(Duration.ofSeconds(1));
    assertThat(directory.isTrusted()).isTrue();
    assertThat(may(CLOSED, Action.PUSH)).isTrue();
  }
}
