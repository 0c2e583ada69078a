package dev.meridian.loadtest.compare;

import dev.meridian.loadtest.measure.Done;
import dev.meridian.loadtest.measure.Experiment;
import dev.meridian.loadtest.measure.LoadSettings;
import dev.meridian.loadtest.measure.Progress;
import dev.meridian.loadtest.measure.RoundResult;
import dev.meridian.loadtest.measure.WorkerLane;
import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.oci.Blob;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.oci.SyntheticContent;
import dev.meridian.loadtest.report.Report;
import dev.meridian.loadtest.report.TargetReport;
import dev.meridian.loadtest.site.ImageSet;
import dev.meridian.model.RepositoryName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A layer of 100 MB from nginx and from Meridian: nginx has it as a file and nothing else to do.
 *
 * @param load as long as for other rows, by eight clients
 */
record BesideNginx(
    String nginx, RegistryProgram meridian, long seed, LoadSettings load, Progress progress) {

  static final String WORK = "pull of a layer of 100MB beside nginx";

  private static final RepositoryName REPOSITORY = RepositoryName.parse("loadtest/layer");
  private static final long SIZE = 100_000_000;
  private static final int NUMBERS = 8;

  Report measure(Path directory) throws IOException {
    Instant started = Instant.now();
    List<Blob> layers = layers();
    Path first = Files.createDirectory(directory.resolve(Nginx.NAME));
    Path second = Files.createDirectory(directory.resolve(Meridian.NAME));
    for (Blob layer : layers) {
      writeFile(first, layer);
    }
    try (ServerProcess theirs = new Nginx(nginx).start(first);
        ServerProcess ours = meridian.start(second)) {
      try (OciClient client = ours.target().newClient()) {
        for (Blob layer : layers) {
          client.pushBlob(REPOSITORY, layer);
        }
      }
      Workload pulls =
          (worker, number) -> {
            Blob layer = layers.get((int) (number % NUMBERS));
            ImageSet.pullBlob(worker.client(), REPOSITORY, layer.digest(), SIZE);
            return new Done("pull", SIZE);
          };
      List<List<RoundResult>> results =
          new Experiment(load, progress)
              .run(
                  List.of(
                      new WorkerLane(theirs.target(), pulls),
                      new WorkerLane(ours.target(), pulls)));
      return Report.of(
          "pull",
          WORK,
          started,
          seed,
          load,
          List.of(
              TargetReport.of(theirs.target(), results.get(0), List.of()),
              TargetReport.of(ours.target(), results.get(1), List.of())));
    }
  }

  private List<Blob> layers() {
    SyntheticContent content = new SyntheticContent(seed);
    return LongStream.range(0, NUMBERS).mapToObj(number -> content.blob(SIZE, number)).toList();
  }

  private static void writeFile(Path directory, Blob layer) throws IOException {
    Path file =
        Nginx.root(directory)
            .resolve("v2")
            .resolve(REPOSITORY.value())
            .resolve("blobs")
            .resolve(layer.digest().toString());
    Files.createDirectories(file.getParent());
    try (OutputStream out = Files.newOutputStream(file)) {
      layer.writeTo(out);
    }
  }
}
