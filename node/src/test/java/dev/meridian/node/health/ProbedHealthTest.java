package dev.meridian.node.health;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.health.RegionHealth.Status;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.registry.FakeMetadata;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ProbedHealthTest {

  private static final RegionId US = RegionId.parse("us-east");

  private final FakeMetadata metadata = new FakeMetadata();
  private volatile boolean storageRefused;
  private ProbedHealth health;

  @BeforeEach
  void start(@TempDir Path directory) {
    metadata.nodes(List.of(new Membership.Member("n1", US, "127.0.0.1:1")));
    health =
        new ProbedHealth(
            US,
            metadata,
            new FileBlobStore(directory.resolve("blobs")),
            () -> storageRefused,
            List.of(directory),
            () -> false,
            new DrainWatch(US, "n1", Duration.ZERO, System::nanoTime),
            InstantSource.system());
  }

  @AfterEach
  void stop() {
    health.close();
  }

  @Test
  void isWellWhenEverythingAnswers() throws Exception {
    eventually(() -> assertThat(health.ready().ok()).isTrue());
    eventually(() -> assertThat(health.region().status()).isEqualTo(Status.OK));
    assertThat(health.takesNewWork()).isTrue();
  }

  @Test
  void storageIsDownWhenRequestsFoundItSo() throws Exception {
    eventually(() -> assertThat(health.storageUp()).isTrue());
    storageRefused = true;
    assertThat(health.storageUp()).isFalse();
    assertThat(health.region().status()).isEqualTo(Status.DOWN);
  }

  @Test
  void isNotReadyFromADrainUntilItIsResumed() throws Exception {
    eventually(() -> assertThat(health.ready().ok()).isTrue());

    metadata.nodes(List.of(new Membership.Member("n1", US, "127.0.0.1:1", true)));
    eventually(() -> assertThat(health.ready().ok()).isFalse());
    assertThat(health.takesNewWork()).isFalse();
    assertThat(health.live().ok()).isTrue();

    metadata.nodes(List.of(new Membership.Member("n1", US, "127.0.0.1:1")));
    eventually(() -> assertThat(health.ready().ok()).isTrue());
    assertThat(health.takesNewWork()).isTrue();
  }

  @Test
  void itsRegionIsDownWhileThatIsDrained() throws Exception {
    eventually(() -> assertThat(health.region().status()).isEqualTo(Status.OK));

    metadata.drainedRegions(Set.of(US));
    eventually(
        () -> assertThat(health.region().reasons()).containsExactly("the region is drained"));
    assertThat(health.region().status()).isEqualTo(Status.DOWN);
    assertThat(health.ready().ok()).isTrue();

    metadata.drainedRegions(Set.of());
    eventually(() -> assertThat(health.region().status()).isEqualTo(Status.OK));
  }
}
