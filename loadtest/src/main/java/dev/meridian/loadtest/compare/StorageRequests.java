package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.report.TargetReport;
import dev.meridian.loadtest.scenario.ScenarioRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Counts what each registry asks of S3 for a push, in a short run of its own: counting does not
 * slow what is measured.
 */
record StorageRequests(
    String dockerRegistry, List<String> meridian, Storage.S3 storage, long seed) {

  private static final LoadSettings ONE_AT_A_TIME =
      new LoadSettings(1, OptionalDouble.empty(), 0, 1, Duration.ofSeconds(3));

  /** What docker-registry asks, and what Meridian does, in words. */
  List<String> count(Row row, Path directory) throws IOException {
    try (CountingRelay theirs = new CountingRelay(storage.endpoint());
        CountingRelay ours = new CountingRelay(storage.endpoint())) {
      return List.of(
          count(
              row,
              new DockerRegistry(dockerRegistry, storage.at(theirs.origin())),
              Files.createDirectory(directory.resolve("counted-" + DockerRegistry.NAME)),
              theirs),
          count(
              row,
              new Meridian(meridian, storage.at(ours.origin())),
              Files.createDirectory(directory.resolve("counted-" + Meridian.NAME)),
              ours));
    }
  }

  private String count(Row row, RegistryProgram program, Path directory, CountingRelay relay)
      throws IOException {
    try (ServerProcess server = program.start(directory)) {
      relay.reset();
      TargetReport pushes =
          new ScenarioRun(
                  row.scenario(),
                  List.of(server.target()),
                  row.settings(seed),
                  ONE_AT_A_TIME,
                  true,
                  Progress.NONE)
              .run()
              .targets()
              .getFirst();
      return relay.requestsFor(pushes.latency().count(), pushes.errors());
    }
  }
}
