package dev.meridian.node;

import dev.meridian.model.RegionId;
import dev.meridian.node.health.Checks;
import dev.meridian.node.health.HealthState;
import dev.meridian.node.health.RegionHealth;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataUnavailableException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Healthy once the node has joined its cluster. */
final class JoinedHealth implements HealthState {

  private final RegionId region;
  private final MetadataClient metadata;
  private volatile boolean draining;

  JoinedHealth(RegionId region, MetadataClient metadata) {
    this.region = region;
    this.metadata = metadata;
  }

  @Override
  public Checks live() {
    return check("process", true);
  }

  @Override
  public Checks started() {
    return check("metadata", joined());
  }

  @Override
  public Checks ready() {
    return check("metadata", joined() && !draining);
  }

  @Override
  public Map<String, Boolean> instance() {
    return Map.of("metadata", joined(), "storage", true, "disk_space", true);
  }

  @Override
  public Map<String, Boolean> endToEnd() {
    return instance();
  }

  @Override
  public RegionHealth region() {
    return new RegionHealth(
        region,
        joined() ? RegionHealth.Status.OK : RegionHealth.Status.DOWN,
        List.of(),
        Instant.EPOCH);
  }

  @Override
  public void drain() {
    draining = true;
  }

  @Override
  public boolean storageUp() {
    return true;
  }

  private boolean joined() {
    try {
      return !metadata.membership().clusterId().isEmpty();
    } catch (MetadataUnavailableException e) {
      return false;
    }
  }

  private static Checks check(String name, boolean ok) {
    return new Checks(List.of(new Checks.Check(name, ok, ok ? "ok" : "not there")));
  }
}
