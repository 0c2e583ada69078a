package dev.meridian.loadtest.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.measure.OutstandingLane.Submission;
import dev.meridian.loadtest.oci.Authorizer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OutstandingLaneTest {

  private static final LoadSettings FIVE =
      new LoadSettings(5, OptionalDouble.empty(), 0, 1, Duration.ofSeconds(1));

  @Test
  void keepsSoManyOperationsOutstanding() throws IOException {
    AtomicInteger outstanding = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Queue<Long> numbers = new ConcurrentLinkedQueue<>();

    RoundResult result =
        run((number, ending) -> {
          numbers.add(number);
          most.accumulateAndGet(outstanding.incrementAndGet(), Math::max);
          ForkJoinPool.commonPool()
              .execute(() -> {
                outstanding.decrementAndGet();
                ending.done();
              });
        });

    assertThat(most.get()).isBetween(1, 5);
    assertThat(outstanding.get()).as("operations that were not waited for").isZero();
    assertThat(numbers).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(5);
    assertThat(result.notes().all().getTotalCount()).isEqualTo(numbers.size());
  }

  @Test
  void goesOnAfterFailuresAndCountsThem() throws IOException {
    AtomicInteger begun = new AtomicInteger();

    RoundResult result =
        run((number, ending) -> {
          begun.incrementAndGet();
          ending.failed(new IOException("no"));
        });

    assertThat(result.notes().errors())
        .containsExactly(Map.entry("IOException: no", (long) begun.get()));
    assertThat(result.notes().all().getTotalCount()).isZero();
  }

  private static RoundResult run(Submission submission) throws IOException {
    Target target =
        new Target(
            "x",
            List.of(new Origin(false, "127.0.0.1", 1)),
            new Authorizer(Optional.empty()),
            List.of());
    return new OutstandingLane(target, "command", submission).round(FIVE, Progress.NONE);
  }
}
