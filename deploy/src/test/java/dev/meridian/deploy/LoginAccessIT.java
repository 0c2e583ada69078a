package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.access.Role;
import dev.meridian.access.Visibility;
import dev.meridian.deploy.LoginCluster.Account;
import dev.meridian.secrets.RobotSecret;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who may do what in all regions, and how soon all know of a change. */
class LoginAccessIT {

  /** What a busy machine may take for a change to count everywhere; a token lives far longer. */
  private static final Duration BOUND = Duration.ofSeconds(15);

  @TempDir private static Path directory;

  private static LoginCluster cluster;
  private static Account alice;
  private static Account bob;

  @BeforeAll
  static void start() throws Exception {
    cluster = LoginCluster.start(directory);
    alice = cluster.user("alice", Role.WRITER, "team/*", "open/*");
    bob = cluster.user("bob", Role.WRITER, "other/*");
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
  }

  private static void awaitStatus(int status, RegistryClient client, String path) throws Exception {
    Eventually.get(BOUND, () -> assertThat(client.status(path)).isEqualTo(status));
  }

  @Test
  void refusesARobotThatIsDeletedInAnotherRegion() throws Exception {
    Account robot = cluster.robot("robot.gone", Role.WRITER, "team/*");
    cluster.client(0, robot).push("team/gone", "1", TestImage.of(1, 1000));
    List<RegistryClient> tokens = new ArrayList<>();
    for (int region : LoginCluster.REGIONS) {
      RegistryClient client =
          cluster.withToken(0, robot, "repository:team/gone:pull,push").at(region(region));
      assertThat(client.status("/v2/team/gone/tags/list")).isEqualTo(200);
      tokens.add(client);
    }

    // By the metadata server of the second region.
    cluster.delete(robot.name());

    for (int region : LoginCluster.REGIONS) {
      awaitStatus(401, cluster.client(region, robot), "/v2/team/gone/tags/list");
      awaitStatus(401, tokens.get(region), "/v2/team/gone/tags/list");
      assertThat(tokens.get(region).tryUpload("team/gone").statusCode()).isEqualTo(401);
    }
  }

  private static String region(int region) {
    return "https://" + cluster.address(region);
  }

  @Test
  void refusesARobotWhileItIsDisabled() throws Exception {
    Account robot = cluster.robot("robot.paused", Role.READER, "team/*");
    RegistryClient token = cluster.withToken(1, robot, "repository:team/paused:pull");

    cluster.disable(robot.name(), true);
    for (int region : LoginCluster.REGIONS) {
      awaitStatus(401, cluster.client(region, robot), "/v2/");
      awaitStatus(401, token.at(region(region)), "/v2/");
    }

    cluster.disable(robot.name(), false);
    for (int region : LoginCluster.REGIONS) {
      awaitStatus(200, cluster.client(region, robot), "/v2/");
    }
  }

  @Test
  void rotatesTheSecretOfARobot() throws Exception {
    Account first = cluster.robot("robot.rotated", Role.READER, "team/*");
    RegistryClient oldToken = cluster.withToken(0, first);
    String id = cluster.secretIds(first.name()).getFirst();

    RobotSecret added = cluster.addSecret(first.name());
    Account second = new Account(first.name(), added.value());
    for (int region : LoginCluster.REGIONS) {
      awaitStatus(200, cluster.client(region, second), "/v2/");
      assertThat(cluster.client(region, first).status("/v2/")).isEqualTo(200);
      assertThat(oldToken.at(region(region)).status("/v2/")).isEqualTo(200);
    }
    RegistryClient freshToken = cluster.withToken(0, second);

    cluster.revoke(first.name(), id);
    for (int region : LoginCluster.REGIONS) {
      awaitStatus(401, cluster.client(region, first), "/v2/");
      awaitStatus(401, oldToken.at(region(region)), "/v2/");
      assertThat(cluster.client(region, second).status("/v2/")).isEqualTo(200);
      assertThat(freshToken.at(region(region)).status("/v2/")).isEqualTo(200);
    }
  }

  @Test
  void doesNotTellAForbiddenRepositoryFromAnAbsentOne() throws Exception {
    TestImage image = TestImage.of(2, 1000);
    cluster.client(0, alice).push("team/hidden", "1", image);
    String digest = TestImage.digest(image.layer());
    for (int region : LoginCluster.REGIONS) {
      assertThat(cluster.client(region, alice).resolve("team/hidden", "1"))
          .isEqualTo(image.digest());
      for (RegistryClient client :
          List.of(
              cluster.anonymous(region),
              cluster.client(region, bob),
              cluster.withToken(region, bob, "repository:team/hidden:pull"))) {
        for (String rest : List.of("tags/list", "manifests/1", "blobs/" + digest)) {
          assertThat(whatIsSaid(client, "team/hidden", rest))
              .isEqualTo(whatIsSaid(client, "team/absent", rest));
        }
        assertThat(whatIsSaidOfUpload(client, "team/hidden"))
            .isEqualTo(whatIsSaidOfUpload(client, "team/absent"));
      }
    }
  }

  private static String whatIsSaid(RegistryClient client, String repository, String rest)
      throws Exception {
    return whatIsSaid(client.get("/v2/" + repository + "/" + rest), repository);
  }

  private static String whatIsSaidOfUpload(RegistryClient client, String repository)
      throws Exception {
    return whatIsSaid(client.tryUpload(repository), repository);
  }

  /** All of an answer, but for the repository's name and the request's id. */
  private static String whatIsSaid(HttpResponse<String> answer, String repository) {
    assertThat(answer.statusCode()).as(answer.body()).isIn(401, 403);
    JsonNode error = JsonMapper.shared().readTree(answer.body()).path("errors").path(0);
    return (answer.statusCode()
            + error.path("code").asString()
            + error.path("message").asString()
            + answer.headers().allValues("WWW-Authenticate")
            + answer.headers().map().keySet())
        .replace(repository, "REPOSITORY");
  }

  @Test
  void listsWhatEachMayPull() throws Exception {
    cluster.show("open/shown", Visibility.PUBLIC);
    cluster.client(0, alice).push("team/listed", "1", TestImage.of(3, 1000));
    cluster.client(1, bob).push("other/listed", "1", TestImage.of(4, 1000));
    cluster.client(2, alice).push("open/shown", "1", TestImage.of(5, 1000));
    for (int region : LoginCluster.REGIONS) {
      RegistryClient anonymous =
          cluster
              .anonymous(region)
              .as("Bearer " + cluster.token(region, Optional.empty(), "registry:catalog:*"));
      Eventually.get(BOUND, () -> assertThat(catalog(anonymous)).contains("open/shown"));
      assertThat(catalog(anonymous)).containsExactly("open/shown");
      assertThat(catalog(cluster.client(region, alice)))
          .contains("team/listed", "open/shown")
          .doesNotContain("other/listed");
      assertThat(catalog(cluster.client(region, bob)))
          .containsExactly("open/shown", "other/listed");
      assertThat(catalog(cluster.withToken(region, bob, "registry:catalog:*")))
          .containsExactly("open/shown", "other/listed");
      assertThat(found(cluster.client(region, alice)))
          .contains("team/listed")
          .doesNotContain("other/listed");
      assertThat(found(cluster.withToken(region, bob, "registry:catalog:search")))
          .containsExactly("other/listed");
      assertThat(cluster.anonymous(region).status("/v1/search?q=listed")).isEqualTo(401);
      assertThat(catalog(cluster.client(region, cluster.administrator())))
          .contains("team/listed", "open/shown", "other/listed");
      assertThat(cluster.anonymous(region).status("/v2/_catalog")).isEqualTo(401);
    }
  }

  @Test
  void metricsTellOfCertificatesAndOfOperatorsWhoFailToLogIn() throws Exception {
    Account wrong = new Account(alice.name(), "not her password");
    assertThat(cluster.meridianctl(directory, 2, wrong).refusedWith(1, "user", "list"))
        .contains("the login failed");
    assertThat(cluster.anonymous(2).get("/metrics").body())
        .contains("meridian_admin_auth_failures_total{reason=\"password\"} 1.0")
        .contains("meridian_certificate_left_seconds{certificate=\"http\"} ")
        .contains("meridian_certificate_left_seconds{certificate=\"node\"} ")
        .contains("meridian_certificate_left_seconds{certificate=\"server\"} ");
  }

  private static List<String> catalog(RegistryClient client) throws Exception {
    return json(client.get("/v2/_catalog"))
        .path("repositories")
        .valueStream()
        .map(JsonNode::asString)
        .toList();
  }

  private static List<String> found(RegistryClient client) throws Exception {
    return json(client.get("/v1/search?q=listed"))
        .path("results")
        .valueStream()
        .map(result -> result.path("name").asString())
        .toList();
  }

  private static JsonNode json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.body());
  }

  @Test
  void keepsFullVersionsAsTheyAre() throws Exception {
    cluster.freeze("team/*", "semver");
    TestImage first = TestImage.of(6, 1000);
    TestImage second = TestImage.of(7, 1000);
    RegistryClient here = cluster.client(0, alice);
    here.push("team/frozen", "v1.2.3", first);
    here.push("team/frozen", "latest", first);
    for (byte[] blob : second.blobs()) {
      here.pushBlob("team/frozen", blob);
    }

    for (int region : LoginCluster.REGIONS) {
      RegistryClient client = cluster.client(region, alice);
      HttpResponse<String> refused = client.tryManifest("team/frozen", "v1.2.3", second);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
      assertThat(refused.body()).contains("\"DENIED\"", "semver", "team/*");
      client.putManifest("team/frozen", "v1.2.3", first);
    }
    cluster.client(1, alice).putManifest("team/frozen", "latest", second);
    assertThat(cluster.client(2, alice).resolve("team/frozen", "latest"))
        .isEqualTo(second.digest());
    assertThat(cluster.client(2, alice).resolve("team/frozen", "v1.2.3")).isEqualTo(first.digest());
  }

  @Test
  void letsOneOfTwoRegionsMakeAFrozenTag() throws Exception {
    cluster.freeze("team/*", "semver");
    List<TestImage> images = List.of(TestImage.of(8, 1000), TestImage.of(9, 1000));
    for (TestImage image : images) {
      cluster.client(0, alice).push("team/raced", "all", image);
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 10; round++) {
        String tag = "v1.0." + round;
        List<Future<HttpResponse<String>>> attempts = new ArrayList<>();
        for (int racer : List.of(0, 1)) {
          RegistryClient client = cluster.client(2 * racer, alice);
          attempts.add(
              threads.submit(() -> client.tryManifest("team/raced", tag, images.get(racer))));
        }
        List<Integer> statuses = new ArrayList<>();
        for (Future<HttpResponse<String>> attempt : attempts) {
          statuses.add(attempt.get().statusCode());
        }
        assertThat(statuses).containsExactlyInAnyOrder(201, 409);
        TestImage winner = images.get(statuses.indexOf(201));
        assertThat(cluster.client(1, alice).resolve("team/raced", tag)).isEqualTo(winner.digest());
      }
    }
  }

  @Test
  void isOperatedByWhoeverLogsInAndMay() throws Exception {
    TestImage image = TestImage.of(10, 1000);
    cluster.client(0, alice).push("team/operated", "1", image);
    for (int region : LoginCluster.REGIONS) {
      Program admin = cluster.meridianctl(directory, region, cluster.administrator());
      assertThat(admin.run("raft", "status")).contains("leader: ");
    }
    assertThat(cluster.meridianctlOfOperator(directory, 2).run("user", "list"))
        .contains("admin", "alice", "bob");

    Program user = cluster.meridianctl(directory, 0, alice);
    assertThat(user.refusedWith(1, "raft", "status")).contains("alice");
    assertThat(
            user.fed("a password of mallory")
                .refusedWith(1, "user", "create", "mallory", "--password-stdin"))
        .contains("alice");
    user.run("tag", "set", "team/operated:live@" + image.digest());
    assertThat(user.refusedWith(1, "tag", "set", "other/operated:live@" + image.digest()))
        .isNotEmpty();
    assertThat(cluster.client(1, alice).resolve("team/operated", "live")).isEqualTo(image.digest());

    Account wrong = new Account("alice", "not her password");
    assertThat(cluster.meridianctl(directory, 0, wrong).refusedWith(1, "tag", "list", "team/a"))
        .contains("the name or the password is wrong");
  }
}
