package dev.meridian.node.metadata.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.metadata.grpc.EndpointSelector.Need;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndpointSelectorTest {

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final MetadataEndpoint own = MetadataEndpoint.inProcess("own");
  private final MetadataEndpoint second = MetadataEndpoint.inProcess("second");
  private final MetadataEndpoint third = MetadataEndpoint.inProcess("third");
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final EndpointSelector selector =
      new EndpointSelector(List.of(own, second, third), now::get);

  @AfterEach
  void close() {
    List.of(own, second, third).forEach(endpoint -> endpoint.channel().shutdownNow());
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void oneThatDoesNotAnswerComesLastUntilItDoes() {
    assertThat(selector.order(Need.REPLICA)).containsExactly(own, second, third);
    selector.failed(own, AT_ONCE);
    assertThat(selector.order(Need.REPLICA)).containsExactly(second, third, own);
    assertThat(selector.order(Need.QUORUM)).containsExactly(second, third, own);
    assertThat(selector.isWell(own)).isFalse();

    selector.failed(second, AT_ONCE);
    assertThat(selector.order(Need.QUORUM)).containsExactly(third, own, second);

    selector.answered(own, Need.QUORUM);
    assertThat(selector.order(Need.REPLICA)).containsExactly(own, third, second);
    assertThat(selector.order(Need.QUORUM)).containsExactly(own, third, second);
    assertThat(selector.isWell(own)).isTrue();
  }

  @Test
  void oneCallAfterEachPauseTriesItAllTheSame() {
    selector.failed(own, AT_ONCE);
    for (int pause = 0; pause < 3; pause++) {
      pass(Duration.ofSeconds(1));
      assertThat(selector.order(Need.QUORUM)).containsExactly(own, second, third);
      assertThat(selector.order(Need.QUORUM)).containsExactly(second, third, own);
    }
  }

  @Test
  void oneThatTakesLongToFailIsTriedLessOften() {
    selector.failed(own, Duration.ofSeconds(3));
    pass(Duration.ofSeconds(5));
    assertThat(selector.order(Need.QUORUM)).containsExactly(second, third, own);
    pass(Duration.ofSeconds(1));
    assertThat(selector.order(Need.QUORUM)).containsExactly(own, second, third);
  }

  @Test
  void oneWithoutAQuorumIsStillAskedForWhatItHas() {
    selector.outdone(own, Need.QUORUM, AT_ONCE);
    assertThat(selector.order(Need.QUORUM)).containsExactly(second, third, own);
    assertThat(selector.order(Need.REPLICA)).containsExactly(own, second, third);

    selector.answered(own, Need.REPLICA);
    assertThat(selector.order(Need.QUORUM)).containsExactly(second, third, own);
    assertThat(selector.isWell(own)).isFalse();

    selector.answered(own, Need.QUORUM);
    assertThat(selector.order(Need.QUORUM)).containsExactly(own, second, third);
  }

  @Test
  void oneThatCannotSayWhatItHasIsOfNoUseForAQuorumEither() {
    selector.outdone(own, Need.REPLICA, AT_ONCE);
    assertThat(selector.order(Need.REPLICA)).containsExactly(second, third, own);
    assertThat(selector.order(Need.QUORUM)).containsExactly(second, third, own);
  }
}
