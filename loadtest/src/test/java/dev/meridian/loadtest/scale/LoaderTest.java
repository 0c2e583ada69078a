package dev.meridian.loadtest.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.loadtest.measure.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LoaderTest {

  private static final ScriptedServer.Answer FINE = ScriptedServer.Answer.of("{}");

  @Test
  void doesEachThingOnceAndUsesEachAddress() throws IOException {
    Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();
    Set<Integer> done = ConcurrentHashMap.newKeySet();
    try (ScriptedServer one = counting("one", requests);
        ScriptedServer other = counting("other", requests)) {
      Loader loader = new Loader(List.of(one.origin(), other.origin()), 4, Progress.NONE);
      Phaser allAtWork = new Phaser(4);
      loader.forEach(
          "things",
          40,
          (client, number) -> {
            allAtWork.arriveAndAwaitAdvance();
            client.ping();
            assertThat(done.add(number)).isTrue();
          });
      assertThat(loader.repetitions()).isEmpty();
    }
    assertThat(done).isEqualTo(IntStream.range(0, 40).boxed().collect(Collectors.toSet()));
    assertThat(requests.get("one")).hasValue(20);
    assertThat(requests.get("other")).hasValue(20);
  }

  /** The one that would wait for a minute is broken off. */
  @Test
  @Timeout(30)
  void endsWithTheFirstFailure() throws IOException {
    AtomicInteger requests = new AtomicInteger();
    try (ScriptedServer server =
        new ScriptedServer(path ->
            requests.getAndIncrement() == 0
                ? ScriptedServer.Answer.refusal(503, 60)
                : ScriptedServer.Answer.refusal(500, 0))) {
      Loader loader = new Loader(List.of(server.origin()), 2, Progress.NONE);
      assertThatThrownBy(() -> loader.forEach("things", 2, (client, number) -> client.ping()))
          .hasMessageStartingWith("GET /v2/: 500 BUSY");
    }
  }

  @Test
  void doesNothingWhereNothingIsToBeDone() throws IOException {
    Loader loader = new Loader(List.of(), 2, Progress.NONE);
    assertThat(loader.forEach("things", 0, (client, number) -> client.ping())).isZero();
  }

  private static ScriptedServer counting(String name, Map<String, AtomicInteger> requests)
      throws IOException {
    return new ScriptedServer(path -> {
      requests.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
      return FINE;
    });
  }
}
