package dev.meridian.node.health;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ProbeLoopTest {

  private static final Duration TICK = Duration.ofMillis(5);

  private final AtomicReference<Probe> probe = new AtomicReference<>(() -> {});
  private final AtomicInteger asked = new AtomicInteger();

  private ProbeLoop loop(Duration deadline) {
    return loop(deadline, TICK);
  }

  private ProbeLoop loop(Duration deadline, Duration interval) {
    return new ProbeLoop(
        "test",
        () -> {
          asked.incrementAndGet();
          probe.get().check();
        },
        deadline,
        interval);
  }

  @Test
  void isNotUpBeforeItsFirstSuccess() {
    CountDownLatch end = new CountDownLatch(1);
    probe.set(end::await);
    try (ProbeLoop loop = loop(Duration.ofSeconds(20))) {
      assertThat(loop.isUp()).isFalse();
      assertThat(loop.sinceSuccess()).isGreaterThan(Duration.ofDays(1000));
    } finally {
      end.countDown();
    }
  }

  @Test
  void asksAgainSoonUntilItsFirstSuccess() throws Exception {
    probe.set(() -> {
      if (asked.get() < 3) {
        throw new IOException("not yet");
      }
    });
    try (ProbeLoop loop = loop(Duration.ofSeconds(20), Duration.ofDays(1))) {
      eventually(() -> assertThat(loop.isUp()).isTrue());
      assertThat(asked).hasValue(3);
    }
  }

  @Test
  void goesDownAfterRepeatedFailuresAndComesBack() throws Exception {
    try (ProbeLoop loop = loop(Duration.ofSeconds(20))) {
      eventually(() -> assertThat(loop.isUp()).isTrue());
      probe.set(() -> {
        throw new IOException("gone");
      });
      eventually(() -> assertThat(loop.isUp()).isFalse());
      assertThat(loop.succeededOnce()).isTrue();
      probe.set(() -> {});
      eventually(() -> assertThat(loop.isUp()).isTrue());
    }
  }

  @Test
  void aCheckThatHangsFailsAtTheDeadlineAndIsNotAskedTwiceAtOnce() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ProbeLoop loop = loop(Duration.ofMillis(30))) {
      eventually(() -> assertThat(loop.isUp()).isTrue());
      probe.set(() -> {
        if (!end.await(20, TimeUnit.SECONDS)) {
          throw new IOException("never ended");
        }
      });
      eventually(() -> assertThat(loop.isUp()).isFalse());
      int before = asked.get();
      eventually(() -> assertThat(loop.sinceSuccess()).isGreaterThan(Duration.ofMillis(100)));
      assertThat(asked).hasValue(before);
      end.countDown();
      eventually(() -> assertThat(loop.isUp()).isTrue());
    }
  }
}
