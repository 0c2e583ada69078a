package dev.meridian.node.http;

import dev.meridian.model.RegionId;
import dev.meridian.node.health.Checks;
import dev.meridian.node.health.HealthState;
import dev.meridian.node.health.RegionHealth;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Health that a test sets. */
final class FakeHealth implements HealthState {

  private volatile boolean ready = true;
  private volatile RegionHealth.Status region = RegionHealth.Status.OK;

  private volatile boolean storageUp = true;
  private volatile boolean takesNewWork = true;

  void storageUp(boolean value) {
    storageUp = value;
  }

  void takesNewWork(boolean value) {
    takesNewWork = value;
  }

  void region(RegionHealth.Status status) {
    region = status;
  }

  @Override
  public Checks live() {
    return checks("process", true);
  }

  @Override
  public Checks started() {
    return checks("metadata", true);
  }

  @Override
  public Checks ready() {
    return checks("draining", ready);
  }

  @Override
  public Map<String, Boolean> instance() {
    return Map.of("metadata", true, "storage", true, "disk_space", true);
  }

  @Override
  public Map<String, Boolean> endToEnd() {
    return Map.of("metadata", true, "storage", ready);
  }

  @Override
  public RegionHealth region() {
    List<String> reasons =
        region == RegionHealth.Status.OK ? List.of() : List.of("storage does not answer");
    return new RegionHealth(
        RegionId.parse("us-east"), region, reasons, Instant.parse("2026-11-23T12:00:00Z"));
  }

  @Override
  public void drain() {
    ready = false;
  }

  @Override
  public boolean takesNewWork() {
    return takesNewWork;
  }

  @Override
  public boolean storageUp() {
    return storageUp;
  }

  private static Checks checks(String name, boolean ok) {
    return new Checks(List.of(new Checks.Check(name, ok, ok ? "ok" : "about to stop")));
  }
}
