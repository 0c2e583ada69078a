package dev.meridian.controlplane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.proto.admin.AuditEvent;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.SetGrantRequest;
import dev.meridian.secrets.RobotSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Who may do what. */
class AccessCommandsTest {

  private static final String BCRYPT = "$2y$05$" + "a".repeat(53);

  @TempDir Path directory;
  private final FakeAccess access = new FakeAccess();
  private final FakeServer server =
      FakeServer.of(access.noting(), access, new FakeAccess.Regions());

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void listsAccounts() {
    assertThat(server.run("user", "list").out())
        .isEqualTo(
            """
            NAME   DISABLED  GROUPS  LAST USED  CREATED               CREATED BY
            alice  no        dev     -          2026-11-23T10:00:00Z  admin
            """);
    JsonNode robots = server.run("robot", "list", "-o", "json").json();
    assertThat(robots.at("/robots/0").propertyNames())
        .containsExactly(
            "name",
            "disabled",
            "expires",
            "secrets",
            "groups",
            "last_used",
            "description",
            "created",
            "created_by");
    assertThat(server.run("group", "show", "dev").out()).contains("members: alice, robot.ci");
    assertThat(server.run("user", "show", "alice", "-o", "json").json().at("/grants/0/pattern"))
        .hasToString("\"team/*\"");
  }

  @Test
  void passwordsAreReadAndNeverArguments() {
    assertThat(server.typing("a long password\na long password\n", "user", "create", "bob").code())
        .isZero();
    assertThat(access.created.getLast().getPassword()).isEqualTo("a long password");
    Ran differs = server.typing("a long password\nanother one..\n", "user", "create", "bob");
    assertThat(differs.code()).isEqualTo(1);
    assertThat(differs.err()).contains("the two passwords differ");
    assertThat(server.run("user", "create", "bob").code()).isEqualTo(2);
    assertThat(server.run("user", "create", "bob", "secret").code()).isEqualTo(2);
    server.typing(
        "my own password\nhers\n", "--user", "admin", "--password-stdin", "user", "passwd", "bob");
    assertThat(access.passwords.getLast().getPassword()).isEqualTo("hers");
    assertThat(access.logins.getLast()).isEqualTo("admin:my own password");
  }

  @Test
  void thePasswordOfWhoLogsInMayBeInTheEnvironment() {
    Ran.with(
        Map.of("MERIDIAN_PASSWORD", "from outside"),
        "--server",
        server.address(),
        "--user",
        "admin",
        "user",
        "list");
    assertThat(access.logins.getLast()).isEqualTo("admin:from outside");
    assertThat(server.run("--user", "admin", "user", "list").err())
        .contains("a password is needed");
  }

  @Test
  void importsAnHtpasswdFileAsAWholeOrNot() throws IOException {
    Path good = Files.writeString(directory.resolve("good"), "# users\nbob:" + BCRYPT + "\n\n");
    assertThat(server.run("user", "import", good.toString()).out())
        .isEqualTo("1 users are imported: bob\n");
    assertThat(access.created.getLast().getPasswordHash()).isEqualTo(BCRYPT);
    int before = access.created.size();
    Path bad =
        Files.writeString(
            directory.resolve("bad"),
            "ok:"
                + BCRYPT
                + "\nmd5:$apr1$secret\nplain:secret\nrobot.x:"
                + BCRYPT
                + "\nno colon\nok:"
                + BCRYPT
                + "\n");
    Ran refused = server.run("user", "import", bad.toString());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .contains("line 2: the hash of user md5 is not bcrypt")
        .contains("line 3")
        .contains("line 4")
        .contains("line 5")
        .contains("line 6: user ok is there twice")
        .doesNotContain("secret");
    assertThat(access.created).hasSize(before);
  }

  @Test
  void importsTheOthersWhenAUserExists() throws IOException {
    access.existing.add("bob");
    Path file =
        Files.writeString(
            directory.resolve("users"),
            "ann:" + BCRYPT + "\nbob:" + BCRYPT + "\ncid:" + BCRYPT + "\n");
    Ran ran = server.run("user", "import", file.toString());
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).isEqualTo("2 users are imported: ann, cid\n");
    assertThat(ran.err()).contains("1 users exist already, and stay as they are: bob");
    Ran again = server.run("user", "import", file.toString(), "-o", "json");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.json().at("/existing/0").asString()).isEqualTo("bob");
    assertThat(again.json().at("/imported").size()).isEqualTo(2);
  }

  @Test
  void aRobotsSecretIsShownOnce() {
    Ran ran =
        server.run(
            "robot",
            "create",
            "robot.ci",
            "--expires",
            "90d",
            "--grant",
            "writer:team/*",
            "--grant",
            "pull:base/app",
            "-o",
            "json");
    String secret = ran.json().at("/secret").asString();
    assertThat(secret).startsWith("mrs_");
    assertThat(RobotSecret.matches(access.robot.getSecret().getHash().toByteArray(), secret))
        .isTrue();
    assertThat(access.robot.hasExpires()).isTrue();
    assertThat(access.grants)
        .extracting(SetGrantRequest::getGrant)
        .extracting(Grant::getPattern)
        .containsExactly("team/*", "base/app");
    assertThat(server.run("robot", "create", "ci").code()).isEqualTo(2);
    assertThat(server.run("robot", "create", "robot.ci", "--host", "x").code()).isEqualTo(2);
    assertThat(server.run("robot", "rotate", "robot.ci").out()).contains("mrs_");
    assertThat(server.run("robot", "revoke", "robot.ci", "abcd").out())
        .isEqualTo("secret abcd of robot robot.ci is revoked\n");
  }

  @Test
  void printsASecretForKubernetesOfAllHosts() {
    Ran ran = server.run("robot", "create", "robot.pull", "--kubernetes-secret", "meridian");
    JsonNode secret = YAMLMapper.shared().readTree(ran.out());
    assertThat(secret.at("/kind").asString()).isEqualTo("Secret");
    assertThat(secret.at("/metadata/name").asString()).isEqualTo("meridian");
    assertThat(secret.at("/type").asString()).isEqualTo("kubernetes.io/dockerconfigjson");
    JsonNode config = dockerConfig(ran);
    assertThat(config.at("/auths").propertyNames())
        .containsExactly("eu.example:5000", "us.example");
    assertThat(ran.err())
        .contains(
            "the Secret has no host of ap-south, where http.advertise is not set: name it with"
                + " --host if clients pull from it");
    JsonNode login = config.at("/auths").get("us.example");
    assertThat(login.get("username").asString()).isEqualTo("robot.pull");
    assertThat(
            new String(
                Base64.getDecoder().decode(login.get("auth").asString()), StandardCharsets.UTF_8))
        .isEqualTo("robot.pull:" + login.get("password").asString());
    Ran named =
        server.run(
            "robot",
            "rotate",
            "robot.pull",
            "--kubernetes-secret",
            "meridian",
            "--host",
            "registry.example");
    assertThat(dockerConfig(named).at("/auths").propertyNames())
        .containsExactly("registry.example", "eu.example:5000", "us.example");
    assertThat(server.run("robot", "create", "robot.x", "--kubernetes-secret", "Not A Name").code())
        .isEqualTo(2);
  }

  private static JsonNode dockerConfig(Ran ran) {
    String encoded = ran.yaml().at("/data/.dockerconfigjson").asString();
    return JsonMapper.shared().readTree(Base64.getDecoder().decode(encoded));
  }

  @Test
  void setsGrantsByRoleOrByActions() {
    assertThat(server.run("grant", "set", "group:dev", "writer", "team/*").out())
        .isEqualTo("group:dev is granted pull, push, tag-create, tag-update on team/*\n");
    server.run(
        "grant",
        "set",
        "alice",
        "push,pull",
        "*",
        "--deny",
        "--region",
        "eu-west",
        "--region",
        "us-east");
    Grant grant = access.grants.getLast().getGrant();
    assertThat(grant.getDeny()).isTrue();
    assertThat(grant.getActionsList()).containsExactly("pull", "push");
    assertThat(grant.getRegionsList()).containsExactly("eu-west", "us-east");
    assertThat(server.run("grant", "set", "alice", "all", "*").code()).isEqualTo(2);
    assertThat(server.run("grant", "set", "alice", "pull", "team*").code()).isEqualTo(2);
    assertThat(server.run("grant", "list").out())
        .isEqualTo(
            """
            SUBJECT  PATTERN  EFFECT  ACTIONS     REGIONS
            alice    team/*   allow   pull, push  all
            """);
    assertThat(server.run("grant", "delete", "alice", "team/*").out())
        .isEqualTo("alice is granted nothing more on team/*\n");
  }

  @Test
  void setsRules() {
    assertThat(server.run("visibility", "set", "team/open", "public").out())
        .isEqualTo("team/open is public\n");
    assertThat(server.run("visibility", "set", "*", "internal").code()).isZero();
    assertThat(access.visibility.getRule().getPrefix()).isEmpty();
    assertThat(server.run("visibility", "set", "team", "secret").code()).isEqualTo(2);
    assertThat(server.run("tag-rule", "set", "team/*", "semver").out())
        .isEqualTo("tags semver of team/* do not move\n");
    assertThat(server.run("tag-rule", "set", "team/*", "a b").code()).isEqualTo(2);
  }

  @Test
  void explains() {
    assertThat(server.run("access", "explain", "anonymous", "pull", "team/app").out())
        .isEqualTo("allowed: no\nreason: because\n");
    assertThat(access.explained.getAccount()).isEmpty();
  }

  @Test
  void rotatesKeysAndRevokesThemOnlyWhenThatIsMeant() {
    assertThat(server.run("key", "rotate").out()).isEqualTo("key k1 signs in ten minutes\n");
    assertThat(access.rotated.getRevoke()).isFalse();
    assertThat(server.run("key", "rotate", "--revoke").code()).isEqualTo(2);
    assertThat(access.rotated.getRevoke()).isFalse();
    assertThat(server.run("key", "rotate", "--revoke", "--yes").out())
        .isEqualTo("key k1 signs, and all others are revoked\n");
    assertThat(access.rotated.getRevoke()).isTrue();
  }

  @Test
  void showsTheNewestOfTheAudit() throws IOException {
    for (int i = 1; i <= 30; i++) {
      access.audit.add(
          AuditEvent.newBuilder()
              .setRevision(i * 100L)
              .setTime(FakeServer.TIME)
              .setPrincipal("alice")
              .setAction("tag.set")
              .setTarget("v" + i)
              .build());
    }
    JsonNode tail = server.run("audit", "tail", "-n", "15", "-o", "json").json();
    assertThat(tail.at("/events").size()).isEqualTo(15);
    assertThat(tail.at("/events/0/target").asString()).isEqualTo("v16");
    assertThat(tail.at("/events/14/target").asString()).isEqualTo("v30");
    String[] lines = server.run("audit", "export", "--after", "2800").out().split("\n");
    assertThat(lines).hasSize(2);
    assertThat(JsonMapper.shared().readTree(lines[0]).at("/revision").asLong()).isEqualTo(2900);
    Path file = directory.resolve("audit.jsonl");
    assertThat(server.run("audit", "export", "--to", file.toString()).out())
        .startsWith("30 events are in ");
    assertThat(Files.readAllLines(file)).hasSize(30);
  }
}
