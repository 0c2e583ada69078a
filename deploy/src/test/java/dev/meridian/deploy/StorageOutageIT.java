package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regions on an S3 server, of which one loses its bucket while it is in use. */
class StorageOutageIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String REPOSITORY = "demo/app";
  private static final int LAYER = 3_000_000;

  @TempDir private Path directory;

  private final List<StorageRelay> relays = new ArrayList<>();
  private S3Proxy s3;
  private ProcessCluster cluster;
  private Program meridianctl;

  @BeforeEach
  void start() throws Exception {
    Path buckets = Files.createDirectories(directory.resolve("s3"));
    for (String region : ProcessCluster.REGIONS) {
      Files.createDirectories(buckets.resolve(region));
    }
    s3 =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(buckets.toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "ACCESS", "SECRET")
            .ignoreUnknownHeaders(true)
            .build();
    s3.start();
    for (int region = 0; region < ProcessCluster.REGIONS.size(); region++) {
      relays.add(new StorageRelay(s3.getPort()));
    }
    cluster = ProcessCluster.start(directory, this::storage);
    meridianctl =
        Program.in(directory, Path.of("bin/meridianctl").toAbsolutePath().toString())
            .with("MERIDIAN_SERVER", cluster.grpc(1));
  }

  private String storage(int region) {
    return """
    storage:
      s3: {regionendpoint: "%s", region: us-east-1, bucket: %s, accesskey: ACCESS,
           secretkey: SECRET, forcepathstyle: true, secure: false}
      redirect: never
    """
        .formatted(relays.get(region).address(), ProcessCluster.REGIONS.get(region));
  }

  @AfterEach
  void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    for (StorageRelay relay : relays) {
      relay.close();
    }
    s3.stop();
  }

  @Test
  void clientsSeeSlowerAnswersButNoErrors() throws Exception {
    TestImage image = TestImage.of(1, LAYER);
    cluster.client(0).push(REPOSITORY, "1", image);
    meridianctl.run("replication", "wait", REPOSITORY + ":1");

    AtomicBoolean going = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> pulls = threads.submit(() -> pullWhile(going, image));
      Future<Integer> pushes = threads.submit(() -> pushWhile(going));

      relays.get(0).stall();
      assertDegraded();
      relays.get(0).heal();
      assertWell();
      relays.get(0).breakOff();
      assertDegraded();
      relays.get(0).heal();
      assertWell();

      going.set(false);
      assertThat(pulls.get()).isPositive();
      int pushed = pushes.get();
      assertThat(pushed).isPositive();
      for (int number = 0; number < pushed; number++) {
        meridianctl.run("replication", "wait", REPOSITORY + ":n" + number);
      }
    } finally {
      going.set(false);
    }
  }

  private void assertDegraded() throws Exception {
    Eventually.get(
        PATIENCE,
        () ->
            assertThat(cluster.client(0).get("/health/region").body())
                .contains("degraded")
                .contains("object storage does not answer"));
    // What is pushed and pulled now is so without this region's storage.
    TestImage image = TestImage.of(System.nanoTime(), LAYER);
    cluster.client(0).push(REPOSITORY, "during", image);
    for (byte[] blob : image.blobs()) {
      assertThat(cluster.client(0).blob(REPOSITORY, TestImage.digest(blob))).isEqualTo(blob);
    }
  }

  private void assertWell() throws Exception {
    Eventually.get(
        PATIENCE,
        () -> assertThat(cluster.client(0).get("/health/region").body()).contains("\"ok\""));
    meridianctl.run("replication", "wait", REPOSITORY + ":during");
  }

  /** Every pull succeeds. */
  private int pullWhile(AtomicBoolean going, TestImage image) throws Exception {
    int count = 0;
    while (going.get()) {
      for (byte[] blob : image.blobs()) {
        assertThat(cluster.client(0).blob(REPOSITORY, TestImage.digest(blob))).isEqualTo(blob);
      }
      count++;
    }
    return count;
  }

  /** A push that gets an error is begun again, as clients do, and then succeeds. */
  private int pushWhile(AtomicBoolean going) throws Exception {
    int number = 0;
    while (going.get()) {
      TestImage image = TestImage.of(1000 + number, LAYER);
      String tag = "n" + number++;
      Eventually.get(
          PATIENCE,
          () -> {
            push(tag, image);
            return tag;
          });
    }
    return number;
  }

  private void push(String tag, TestImage image) throws IOException, InterruptedException {
    cluster.client(0).push(REPOSITORY, tag, image);
  }
}
