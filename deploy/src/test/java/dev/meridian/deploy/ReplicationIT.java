package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of blobs in three regions, each a process with a directory of its own. */
class ReplicationIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int LAYER = 300_000;

  @TempDir private Path directory;

  private ProcessCluster cluster;
  private Program meridianctl;

  @BeforeEach
  void start() throws Exception {
    cluster =
        ProcessCluster.start(
            directory,
            region ->
                """
                storage: {filesystem: {rootdirectory: ./data/%s-blobs}}
                push: {wait: 10s}
                replication: {scrubinterval: 1s}
                """
                    .formatted(ProcessCluster.REGIONS.get(region)));
    meridianctl =
        Program.in(directory, Path.of("bin/meridianctl").toAbsolutePath().toString())
            .with("MERIDIAN_SERVER", cluster.grpc(1));
  }

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  /** As clients do, again while it is refused: what it waits for may take longer than it waits. */
  private void pushUntilItIsThere(int region, String repository, String tag, TestImage image)
      throws Exception {
    Eventually.get(
        PATIENCE,
        () -> {
          cluster.client(region).push(repository, tag, image);
          return image;
        });
  }

  private void waitFor(String image) throws Exception {
    meridianctl.run("replication", "wait", image);
  }

  private static void assertPulls(RegistryClient client, String repository, TestImage image)
      throws Exception {
    assertThat(client.resolve(repository, image.digest())).isEqualTo(image.digest());
    for (byte[] blob : image.blobs()) {
      assertThat(client.blob(repository, TestImage.digest(blob))).isEqualTo(blob);
    }
  }

  @Test
  void everyRegionHoldsWhatWasPushedAlsoOneThatWasAway() throws Exception {
    TestImage first = TestImage.of(1, LAYER);
    cluster.client(0).push("demo/app", "1", first);
    waitFor("demo/app:1");

    cluster.kill(2);
    TestImage second = TestImage.of(2, LAYER);
    pushUntilItIsThere(0, "demo/app", "2", second);
    meridianctl.run("replication", "wait", "demo/app:2", "--regions", "us-east,eu-west");
    assertThat(meridianctl.run("replication", "status")).contains("ap-south");
    cluster.restart(2);
    cluster.awaitServing(2);
    waitFor("demo/app:2");

    // What is in its own storage needs no other region.
    cluster.kill(0);
    cluster.kill(1);
    assertPulls(cluster.client(2), "demo/app", first);
    assertPulls(cluster.client(2), "demo/app", second);
  }

  @Test
  void aDurablePushIsInASecondRegionWhenItIsAcknowledged() throws Exception {
    meridianctl.run("policy", "set", "durable", "--on-demand", "--min-copies", "2");
    TestImage image = TestImage.of(1, LAYER);
    pushUntilItIsThere(0, "durable/app", "1", image);
    cluster.kill(0);
    assertPulls(cluster.client(1), "durable/app", image);
    assertPulls(cluster.client(2), "durable/app", image);

    // With one region left there is no second copy; with two there is again.
    TestImage next = TestImage.of(2, LAYER);
    pushUntilItIsThere(1, "durable/app", "2", next);
    meridianctl.run("policy", "set", "durable", "--on-demand", "--min-copies", "3");
    TestImage third = TestImage.of(3, LAYER);
    Eventually.get(
        PATIENCE,
        () -> {
          for (byte[] blob : third.blobs()) {
            cluster.client(1).pushBlob("durable/app", blob);
          }
          HttpResponse<String> refused = cluster.client(1).tryManifest("durable/app", "3", third);
          assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
          assertThat(refused.headers().firstValue("Retry-After")).isPresent();
          return assertThat(refused.body()).contains("3").contains("us-east");
        });
    assertThat(cluster.client(1).get("/v2/durable/app/manifests/3").statusCode()).isEqualTo(404);

    cluster.restart(0);
    cluster.awaitServing(0);
    Eventually.get(
        PATIENCE,
        () ->
            assertThat(cluster.client(1).tryManifest("durable/app", "3", third).statusCode())
                .isEqualTo(201));
    meridianctl.run(
        "replication", "wait", "durable/app:3", "--regions", "us-east,eu-west,ap-south");
  }

  @Test
  void aCopyThatRottedIsReplacedAndOneThatMayNotStayGoes() throws Exception {
    TestImage image = TestImage.of(1, LAYER);
    cluster.client(0).push("demo/app", "1", image);
    waitFor("demo/app:1");
    List<Path> layers;
    try (Stream<Path> files = Files.walk(cluster.blobs(1))) {
      layers = files.filter(file -> file.toFile().length() == LAYER).toList();
    }
    assertThat(layers).hasSize(1);
    byte[] rotten = Files.readAllBytes(layers.getFirst());
    rotten[LAYER / 2] ^= 1;
    Files.write(layers.getFirst(), rotten);

    Eventually.get(
        PATIENCE,
        () ->
            assertThat(cluster.client(1).get("/metrics").body())
                .containsPattern("meridian_scrub_bad_copies_total\\{region=\"eu-west\"} [1-9]"));
    waitFor("demo/app:1");
    assertPulls(cluster.client(1), "demo/app", image);

    meridianctl.run("policy", "set", "demo", "--only", "us-east,eu-west");
    Eventually.get(
        PATIENCE,
        () ->
            assertThat(meridianctl.run("blob", "where", "demo/app:1"))
                .contains("eu-west")
                .doesNotContain("ap-south"));
    assertPulls(cluster.client(1), "demo/app", image);
  }
}
