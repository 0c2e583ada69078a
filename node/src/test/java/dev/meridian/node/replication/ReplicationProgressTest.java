package dev.meridian.node.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.CopyQueries.MissingBlob;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicationProgressTest {

  private static final RegionId HERE = RegionId.parse("here");
  private static final RegionId THERE = RegionId.parse("there");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ReplicationProgress progress = new ReplicationProgress(HERE, meters);

  private Gauge lag() {
    return meters
        .get("meridian.replication.lag.seconds")
        .tags("src", "there", "dst", "here")
        .gauge();
  }

  @Test
  void tellsTheAgeOfTheOldestBlobThatIsLacking() {
    MissingBlob old = missing(1_000);
    MissingBlob young = missing(3_500);
    progress.lags(List.of(THERE), List.of(young, old), 5_000);
    assertThat(lag().value()).isEqualTo(4.0);
  }

  @Test
  void aRowStaysWhatItIsSoThatNoScrapeSeesItTwice() {
    progress.lags(List.of(THERE), List.of(), 5_000);
    Gauge before = lag();
    assertThat(before.value()).isZero();

    progress.lags(List.of(THERE), List.of(missing(1_000)), 5_000);
    assertThat(lag()).isSameAs(before);
    assertThat(before.value()).isEqualTo(4.0);

    progress.lags(List.of(), List.of(), 5_000);
    assertThat(meters.find("meridian.replication.lag.seconds").gauge())
        .as("the region is gone")
        .isNull();
  }

  private static MissingBlob missing(long sinceMillis) {
    Digest digest = Digest.of(Digest.Algorithm.SHA256, Long.toString(sinceMillis).getBytes(UTF_8));
    return new MissingBlob(digest, 1, sinceMillis, false, List.of(THERE));
  }
}
