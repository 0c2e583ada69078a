package dev.meridian.node.health;

import dev.meridian.node.metadata.MetadataClient;
import java.time.Duration;

/** Whether a quorum of metadata servers answers. */
record QuorumProbe(MetadataClient metadata, Duration deadline) implements Probe {
  @Override
  public void check() {
    metadata.checkQuorum(deadline);
  }
}
