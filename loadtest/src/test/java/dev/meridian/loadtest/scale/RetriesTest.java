package dev.meridian.loadtest.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.loadtest.oci.Authorizer;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.oci.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetriesTest {

  private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
  private final Retries retries = new Retries(Duration.ofMinutes(1));
  private ScriptedServer server;
  private OciClient client;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer(path -> ScriptedServer.Answer.refusal(statuses.remove(), 0));
    client = new OciClient(server.origin(), new Authorizer(Optional.empty()));
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void repeatsWhatIsRefusedForTheMoment() throws IOException {
    statuses.addAll(List.of(503, 429, 503, 200));
    retries.perform(client::ping);
    assertThat(statuses).isEmpty();
    assertThat(retries.counts()).isEqualTo(Map.of("429 BUSY", 1L, "503 BUSY", 2L));
  }

  @Test
  void doesNotRepeatOtherRefusals() {
    statuses.addAll(List.of(500, 200));
    assertThatThrownBy(() -> retries.perform(client::ping))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("GET /v2/: 500 BUSY");
    assertThat(retries.counts()).isEmpty();
  }

  @Test
  void givesUpWhenPatienceIsOver() {
    statuses.addAll(List.of(503, 200));
    assertThatThrownBy(() -> new Retries(Duration.ofSeconds(-1)).perform(client::ping))
        .hasMessageStartingWith("GET /v2/: 503 BUSY")
        .hasMessageContaining("again and again");
  }
}
