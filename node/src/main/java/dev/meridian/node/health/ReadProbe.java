package dev.meridian.node.health;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.MetadataClient;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether some metadata server answers from what it has. The question is one that it answers
 * without a quorum, as it does for a manifest or blob that it knows; that there is no such object
 * is the usual answer.
 */
record ReadProbe(MetadataClient metadata, RegionId region) implements Probe {

  private static final Duration LONG_AGO = Duration.ofDays(10_000);

  @Override
  public void check() {
    metadata.listDoomed(region, LONG_AGO, Optional.empty(), 1);
  }
}
