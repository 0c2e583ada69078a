package dev.meridian.controlplane.raft;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.disk.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BarrierTest {

  private final List<CompletableFuture<Void>> rounds = new CopyOnWriteArrayList<>();
  private final Barrier barrier = barrier(Duration.ofMinutes(1));

  private Barrier barrier(Duration impatience) {
    return new Barrier(
        () -> {
          CompletableFuture<Void> round = new CompletableFuture<>();
          rounds.add(round);
          return round;
        },
        impatience,
        System::nanoTime);
  }

  private CompletableFuture<Void> caller(Duration patience) {
    return caller(barrier, patience);
  }

  private static CompletableFuture<Void> caller(Barrier asked, Duration patience) {
    return CompletableFuture.runAsync(
        () -> asked.await(Deadline.in(patience)), Thread::startVirtualThread);
  }

  @Test
  void doesNotJoinARoundThatWasUnderWayWhenTheCallerCame() {
    CompletableFuture<Void> first = caller(Duration.ofSeconds(20));
    eventually("the first round", () -> rounds.size() == 1);
    CompletableFuture<Void> second = caller(Duration.ofSeconds(20));
    eventually("a round of its own", () -> rounds.size() == 2);

    rounds.get(0).complete(null);
    first.join();
    assertThat(second).isNotDone();
    rounds.get(1).complete(null);
    second.join();
  }

  @Test
  void doesNotWaitForARoundBeforeItsOwn() {
    CompletableFuture<Void> first = caller(Duration.ofSeconds(20));
    eventually("the first round", () -> rounds.size() == 1);
    CompletableFuture<Void> second = caller(Duration.ofSeconds(20));
    eventually("a round of its own", () -> rounds.size() == 2);

    rounds.get(1).complete(null);
    second.join();
    assertThat(first).isNotDone();
    rounds.get(0).complete(null);
    first.join();
  }

  @Test
  void everyCallerPassesARoundThatBeganAfterItCame() throws Exception {
    AtomicLong sequence = new AtomicLong();
    AtomicInteger started = new AtomicInteger();
    AtomicLong newestPassed = new AtomicLong();
    Barrier shared =
        new Barrier(
            () -> {
              long begun = sequence.incrementAndGet();
              started.incrementAndGet();
              return CompletableFuture.runAsync(
                  () -> newestPassed.accumulateAndGet(begun, Math::max),
                  CompletableFuture.delayedExecutor(
                      ThreadLocalRandom.current().nextInt(5_000), TimeUnit.MICROSECONDS));
            },
            Barrier.IMPATIENCE,
            System::nanoTime);
    List<CompletableFuture<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      callers.add(
          CompletableFuture.runAsync(
              () -> {
                long came = sequence.incrementAndGet();
                shared.await(Deadline.in(Duration.ofSeconds(20)));
                // A round takes its number when it begins: one that passed has a later one.
                assertThat(newestPassed.get()).isGreaterThan(came);
              },
              Thread::startVirtualThread));
    }
    for (CompletableFuture<Void> caller : callers) {
      caller.get(30, TimeUnit.SECONDS);
    }
    assertThat(started.get()).isLessThan(2_000);
  }

  @Test
  void triesAgainThroughAnElection() {
    CompletableFuture<Void> caller = caller(Duration.ofSeconds(20));
    for (int attempt = 1; attempt <= 3; attempt++) {
      int expected = attempt;
      eventually("attempt " + attempt, () -> rounds.size() == expected);
      rounds.get(attempt - 1).completeExceptionally(new IllegalStateException("no leader"));
    }
    eventually("another attempt", () -> rounds.size() == 4);
    rounds.get(3).complete(null);
    caller.join();
  }

  @Test
  void triesAnotherRoundWhenOneIsStuck() {
    CompletableFuture<Void> caller =
        caller(barrier(Duration.ofMillis(100)), Duration.ofSeconds(20));
    eventually("a second round beside the first", () -> rounds.size() >= 2);
    rounds.get(0).complete(null);
    caller.join();
  }

  @Test
  void isUnavailableAtTheDeadline() {
    assertThatThrownBy(() -> barrier.await(Deadline.in(Duration.ofMillis(50))))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no quorum");
  }

  @Test
  void remembersWhenTheNewestRoundThatPassedBegan() {
    AtomicLong now = new AtomicLong();
    Barrier timed =
        new Barrier(() -> CompletableFuture.completedFuture(null), Barrier.IMPATIENCE, now::get);
    assertThat(timed.passedWithin(Duration.ofDays(1))).isFalse();
    timed.await(Deadline.in(Duration.ofSeconds(20)));
    now.addAndGet(Duration.ofSeconds(3).toNanos());
    assertThat(timed.passedWithin(Duration.ofSeconds(3))).isTrue();
    assertThat(timed.passedWithin(Duration.ofSeconds(2))).isFalse();
    assertThat(timed.passedWithin(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
  }
}
