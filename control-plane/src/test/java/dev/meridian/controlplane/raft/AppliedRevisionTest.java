package dev.meridian.controlplane.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.disk.UnavailableException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AppliedRevisionTest {

  private final AppliedRevision applied = new AppliedRevision();

  @Test
  void wakesThoseWhoseRevisionIsReached() {
    CompletableFuture<Void> three = applied.reached(3);
    CompletableFuture<Void> four = applied.reached(4);
    applied.advance(3);
    assertThat(three).isDone();
    assertThat(four).isNotDone();
    applied.advance(10);
    assertThat(four).isDone();
    assertThat(applied.reached(10)).isDone();
  }

  @Test
  void neverGoesBack() {
    applied.advance(5);
    applied.advance(4);
    assertThat(applied.current()).isEqualTo(5);
  }

  @Test
  void isUnavailableWhenARevisionDoesNotCome() {
    applied.advance(5);
    assertThatThrownBy(() -> applied.await(6, Deadline.in(Duration.ofMillis(20))))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("revision 6")
        .hasMessageContaining("at 5");
    assertThat(applied.reach(5, Deadline.in(Duration.ZERO))).isTrue();
    assertThat(applied.reach(6, Deadline.in(Duration.ZERO))).isFalse();
  }
}
