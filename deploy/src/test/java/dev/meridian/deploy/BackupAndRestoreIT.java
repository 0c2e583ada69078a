package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.cli.Meridianctl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the operator's page says of backups, word for word. */
class BackupAndRestoreIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String REPOSITORY = "demo/app";
  private static final String KEPT = "/v2/demo/app/manifests/kept";

  @TempDir private Path directory;

  private Program java(String main) {
    return Program.in(
        directory,
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        Path.of("target/lib").toAbsolutePath() + "/*",
        main);
  }

  private String meridianctl(String server, String... arguments) throws Exception {
    return java(Meridianctl.class.getName()).with("MERIDIAN_SERVER", server).run(arguments);
  }

  @Test
  void aClusterLivesOnFromItsBackup() throws Exception {
    TestImage kept = TestImage.of(1, 100_000);
    TestImage later = TestImage.of(2, 100_000);
    try (ProcessCluster cluster = ProcessCluster.start(directory)) {
      cluster.client(0).push(REPOSITORY, "kept", kept);
      assertThat(meridianctl(cluster.grpc(1), "backup", "create", "demo.backup"))
          .startsWith("demo.backup: cluster test at revision ");
      cluster.client(2).push(REPOSITORY, "later", later);
      String revision =
          cluster.client(0).get(KEPT).headers().firstValue("Meridian-Revision").orElseThrow();
      for (int region = 0; region < ProcessCluster.REGIONS.size(); region++) {
        cluster.kill(region);
        Path data = cluster.data(region);
        Files.move(data, data.resolveSibling("lost-" + region));
      }

      assertThat(meridianctl("127.0.0.1:1", "backup", "verify", "demo.backup"))
          .contains("cluster: test\n", "region: eu-west\n");
      assertThat(
              java(Meridian.class.getName())
                  .run("restore", "--from", "demo.backup", "--config", cluster.file(0).toString()))
          .contains("restored cluster test into ", "us-east begins a new cluster with it");
      cluster.restart(0);
      cluster.awaitServing(0);

      RegistryClient client = cluster.client(0);
      assertThat(client.resolve(REPOSITORY, "kept")).isEqualTo(kept.digest());
      assertThat(client.blob(REPOSITORY, TestImage.digest(kept.layer()))).isEqualTo(kept.layer());
      assertThat(client.status("/v2/demo/app/manifests/later")).isEqualTo(404);
      assertThat(client.getAtLeast(revision, KEPT).statusCode())
          .as("a revision of the cluster that was backed up")
          .isEqualTo(400);

      cluster.restart(1);
      // It may still be starting, and a half done addition goes on.
      Eventually.get(
          PATIENCE,
          () ->
              assertThat(meridianctl(cluster.grpc(0), "raft", "add", cluster.grpc(1)))
                  .isEqualTo("eu-west is a voter"));
      cluster.awaitServing(1);
      assertThat(cluster.client(1).resolve(REPOSITORY, "kept")).isEqualTo(kept.digest());
      cluster.client(1).push(REPOSITORY, "later", later);
      assertThat(client.resolve(REPOSITORY, "later")).isEqualTo(later.digest());
    }
  }
}
