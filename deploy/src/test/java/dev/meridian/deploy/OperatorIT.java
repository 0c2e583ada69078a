package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A cluster of three processes, operated with {@code bin/meridianctl}. */
class OperatorIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private static Path directory;

  private static ProcessCluster cluster;
  private static Program meridianctl;

  @BeforeAll
  static void start() throws Exception {
    cluster = ProcessCluster.start(directory);
    meridianctl =
        Program.in(directory, Path.of("bin/meridianctl").toAbsolutePath().toString())
            .with("MERIDIAN_SERVER", cluster.grpc(0));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void movesTagsInAllRegionsAtOnce() throws Exception {
    TestImage before = TestImage.of(1, 1 << 10);
    TestImage after = TestImage.of(2, 1 << 10);
    cluster.client(0).push("demo/app", "live", before);
    cluster.client(0).push("demo/app", "next", after);

    meridianctl.run("tag", "set", "demo/app:live@" + after.digest(), "--expect", before.digest());
    assertThat(cluster.client(1).resolve("demo/app", "live")).isEqualTo(after.digest());
    assertThatThrownBy(() ->
            meridianctl.run(
                "tag", "set", "demo/app:live@" + before.digest(), "--expect", before.digest()))
        .hasMessageContaining("meridianctl: tag live of repository demo/app names")
        .hasMessageContaining(after.digest());

    meridianctl.run("tag", "restore", "demo/app:live");
    assertThat(cluster.client(2).resolve("demo/app", "live")).isEqualTo(before.digest());
    assertThat(json("tag", "history", "demo/app:live").at("/changes").size()).isEqualTo(3);
    assertThat(json("repo", "show", "demo/app").at("/tag_count").asInt()).isEqualTo(2);
  }

  @Test
  void replacesADeadServer() throws Exception {
    TestImage image = TestImage.of(3, 1 << 10);
    cluster.client(2).push("demo/web", "1", image);

    cluster.kill(2);
    Eventually.get(
        PATIENCE,
        () -> {
          // The attempt before may have removed it without an answer.
          if (isMember("ap-south")) {
            meridianctl.run("raft", "remove", "ap-south", "--yes");
          }
          return assertThat(isMember("ap-south")).isFalse();
        });
    cluster.restartWithoutMetadata(2);
    String added =
        Eventually.get(
            PATIENCE,
            () -> meridianctl.run("raft", "add", cluster.grpc(2), "--region", "ap-south"));

    assertThat(added).isEqualTo("ap-south is a voter");
    cluster.awaitServing(2);
    assertThat(cluster.client(2).resolve("demo/web", "1")).isEqualTo(image.digest());
    Eventually.get(
        PATIENCE,
        () ->
            assertThat(json("raft", "status").at("/members"))
                .hasSize(3)
                .allMatch(member -> member.at("/reachable").asBoolean())
                .noneMatch(member -> member.at("/role").asString().equals("listener")));
    Eventually.get(
        PATIENCE, () -> meridianctl.run("doctor", "--registry", cluster.client(2).url()));
  }

  private static boolean isMember(String region) throws Exception {
    return json("raft", "status")
        .at("/members")
        .valueStream()
        .anyMatch(member -> member.at("/region").asString().equals(region));
  }

  /** What the server of another region says, as programs read it. */
  private static JsonNode json(String noun, String verb, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("-o", "json", noun, verb));
    all.addAll(List.of(arguments));
    String text =
        meridianctl.with("MERIDIAN_SERVER", cluster.grpc(1)).run(all.toArray(String[]::new));
    return JsonMapper.shared().readTree(text);
  }
}
