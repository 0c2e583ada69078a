package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.report.Goal;
import dev.meridian.loadtest.report.Ratio.Measure;
import dev.meridian.loadtest.scenario.Scenario;
import dev.meridian.loadtest.scenario.Scenarios;
import dev.meridian.loadtest.site.LayerSizes;
import dev.meridian.loadtest.site.ScenarioSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A line of the table of goals: what is done, and what Meridian's share of it is to be. */
public record Row(
    String work,
    Scenario scenario,
    Optional<LayerSizes> sizes,
    boolean byDigest,
    int connections,
    Map<Measure, Goal> goals) {

  /** Also compared with nginx. */
  static final Row LARGEST_PULL = transfer("pull", "100MB", 1.1);

  /** What is compared with docker-registry on files. */
  static final List<Row> ON_FILES =
      List.of(
          manifests("manifest HEAD by tag", "manifest-head", false, 8),
          manifests("manifest HEAD by digest", "manifest-head", true, 8),
          manifests("manifest GET by tag", "manifest-get", false, 8),
          manifests("manifest GET by digest", "manifest-get", true, 8),
          transfer("pull", "1MB", 1.5),
          transfer("pull", "10MB", 1.2),
          LARGEST_PULL,
          transfer("push", "1MB", 2),
          transfer("push", "10MB", 1.5),
          transfer("push", "100MB", 1.2),
          new Row(
              "50 pushes of 100MB at a time",
              Scenarios.named("push"),
              Optional.of(LayerSizes.parse("100MB")),
              false,
              50,
              Map.of(Measure.SERVER_PEAK_RSS_BYTES, Goal.atMost(2))),
          rate("pushes into one repository", "same-repo", 64, 3),
          rate("page of 100 out of 100,000 tags", "tags", 8, 50),
          rate("page of 100 out of 20,000 repositories", "catalog", 8, 50));

  /** What is compared with docker-registry on S3. */
  static final List<Row> ON_S3 =
      List.of(
          manifests("manifest HEAD by tag", "manifest-head", false, 20),
          manifests("manifest HEAD by digest", "manifest-head", true, 20),
          manifests("manifest GET by tag", "manifest-get", false, 20),
          manifests("manifest GET by digest", "manifest-get", true, 20),
          transfer("push", "1MB", 8),
          transfer("push", "100MB", 2));

  /** What is compared on a storage. */
  static List<Row> on(Storage storage) {
    return switch (storage) {
      case Storage.Files() -> ON_FILES;
      case Storage.S3 _ -> ON_S3;
    };
  }

  private static Row manifests(String work, String scenario, boolean byDigest, double goal) {
    return new Row(
        work,
        Scenarios.named(scenario),
        Optional.empty(),
        byDigest,
        64,
        Map.of(Measure.OPERATIONS_PER_S, Goal.atLeast(goal), Measure.P99_MS, Goal.atMost(0.25)));
  }

  /** Whether what disk and processor can do bounds it. */
  boolean movesContent() {
    return goals.containsKey(Measure.MEGABYTES_PER_S);
  }

  /** Whether it pushes, so that requests to the storage can be counted for each push. */
  boolean pushes() {
    return scenario.name().equals("push");
  }

  private static Row transfer(String scenario, String size, double goal) {
    return new Row(
        scenario + " of " + size,
        Scenarios.named(scenario),
        Optional.of(LayerSizes.parse(size)),
        false,
        8,
        Map.of(
            Measure.MEGABYTES_PER_S,
            Goal.atLeast(goal),
            Measure.SERVER_CPU_S_PER_OPERATION,
            Goal.atMost(1)));
  }

  private static Row rate(String work, String scenario, int connections, double goal) {
    return new Row(
        work,
        Scenarios.named(scenario),
        Optional.empty(),
        false,
        connections,
        Map.of(Measure.OPERATIONS_PER_S, Goal.atLeast(goal)));
  }

  ScenarioSettings settings(long seed) {
    return new ScenarioSettings(seed, sizes, OptionalInt.empty(), byDigest);
  }
}
