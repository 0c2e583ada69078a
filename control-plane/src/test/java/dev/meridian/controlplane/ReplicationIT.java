package dev.meridian.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three servers: what one region acknowledged is what the others say, at once. */
class ReplicationIT {

  @TempDir Path root;

  @Test
  void readsEverywhereSeeWhatWasJustWrittenAnywhere() throws Exception {
    try (TestCluster cluster = TestCluster.started(root, "linearizable")) {
      for (int round = 0; round < 100; round++) {
        TestServer writer = cluster.server(round % 3);
        String digest =
            writer.putTag("demo/app", "latest", "round " + round).getPutManifest().getDigest();
        for (int reader = 0; reader < 3; reader++) {
          assertThat(cluster.server(reader).getTag("demo/app", "latest").getDigest())
              .as("round %s at %s", round, reader)
              .isEqualTo(digest);
        }
      }
    }
  }
}
