package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.meridian.access.Role;
import dev.meridian.deploy.LoginCluster.Account;
import dev.meridian.deploy.settings.LogSettings;
import dev.meridian.proto.admin.AuditEvent;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a cluster with logins writes down of those who ask: who did what, nothing secret, and
 * nothing that they made up. The log is that of a server at its most talkative.
 */
class LoginTracesIT {

  private static final Pattern LOG_LINE =
      Pattern.compile("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} (DEBUG|INFO|WARN|ERROR) .*");

  @TempDir private static Path directory;

  private static CapturedLog log;
  private static LoginCluster cluster;
  private static Account alice;

  @BeforeAll
  static void start() throws Exception {
    log =
        CapturedLog.to(
            directory.resolve("log.txt"),
            new LogSettings(LogSettings.Level.DEBUG, LogSettings.Format.TEXT));
    cluster = LoginCluster.start(directory);
    alice = cluster.user("alice", Role.MAINTAINER, "team/*");
  }

  @AfterAll
  static void stop() throws Exception {
    try (CapturedLog captured = log;
        LoginCluster running = cluster) {
      assertThat(captured.text()).as("the log of %s", running.region(0)).isNotEmpty();
    }
  }

  @Test
  void writesDownWhoPushedWhatAndWhere() throws Exception {
    Account robot = cluster.robot("robot.audited", Role.WRITER, "team/*");
    List<Account> accounts = List.of(alice, robot, cluster.administrator());
    for (int region : LoginCluster.REGIONS) {
      cluster
          .client(region, accounts.get(region))
          .push("team/audited", "from-" + region, TestImage.of(region, 1000));
    }

    List<AuditEvent> events = cluster.audit();
    for (int region : LoginCluster.REGIONS) {
      Account account = accounts.get(region);
      assertThat(events)
          .anySatisfy(event -> {
            assertThat(event.getPrincipal()).isEqualTo(account.name());
            assertThat(event.getRegion()).isEqualTo(cluster.region(region));
            assertThat(event.getAddress()).isEqualTo("127.0.0.1");
            assertThat(event.getRepository()).isEqualTo("team/audited");
            assertThat(event.toString()).contains("from-" + region);
            assertThat(event.getRefused()).isEmpty();
          });
    }
    Program operator = cluster.meridianctlOfOperator(directory, 0);
    assertThat(operator.run("audit", "tail", "-n", "1000"))
        .contains("team/audited", "robot.audited", cluster.region(1), "127.0.0.1");
  }

  @Test
  void writesDownWhoWasRefused() throws Exception {
    cluster.freeze("team/frozen", "semver");
    RegistryClient here = cluster.client(2, alice);
    here.push("team/frozen", "v1.0.0", TestImage.of(13, 1000));
    TestImage other = TestImage.of(14, 1000);
    here.push("team/frozen", "latest", other);
    assertThat(here.tryManifest("team/frozen", "v1.0.0", other).statusCode()).isEqualTo(409);

    assertThat(cluster.audit())
        .anySatisfy(event -> {
          assertThat(event.getPrincipal()).isEqualTo(alice.name());
          assertThat(event.getRegion()).isEqualTo(cluster.region(2));
          assertThat(event.getAddress()).isEqualTo("127.0.0.1");
          assertThat(event.getRepository()).isEqualTo("team/frozen");
          assertThat(event.getRefused()).contains("semver");
        });
  }

  @Test
  void writesNothingDownThatIsSecret() throws Exception {
    List<String> secrets = new ArrayList<>();
    Account robot = cluster.robot("robot.secretive", Role.WRITER, "team/*");
    Account second = new Account(robot.name(), cluster.addSecret(robot.name()).value());
    cluster.awaitLogin(second);
    List<Account> accounts =
        List.of(
            alice,
            robot,
            second,
            cluster.administrator(),
            new Account(alice.name(), "a password that is wrong"));
    for (Account account : accounts) {
      secrets.add(account.secret());
      secrets.add(account.basic().substring("Basic ".length()));
    }
    for (int region : LoginCluster.REGIONS) {
      for (Account account : accounts.subList(0, 4)) {
        String token =
            cluster.token(region, Optional.of(account), "repository:team/secretive:pull,push");
        secrets.add(token.substring(token.lastIndexOf('.') + 1));
        RegistryClient client = cluster.anonymous(region).as("Bearer " + token);
        client.push("team/secretive", "1", TestImage.of(11, 1000));
        // A bit of the signature is another.
        assertThat(cluster.anonymous(region).as("Bearer x" + token).status("/v2/")).isEqualTo(401);
      }
      assertThat(cluster.client(region, accounts.getLast()).status("/v2/")).isEqualTo(401);
      HttpResponse<String> form =
          cluster
              .anonymous(region)
              .postForm(
                  "/token",
                  "grant_type=password&access_type=offline&client_id=x&username=alice&password="
                      + alice.secret().replace(' ', '+'));
      assertThat(form.statusCode()).as(form.body()).isEqualTo(200);
      Pattern.compile("\"(?:refresh_token|access_token)\":\"[^\"]*\\.([^\".]+)\"")
          .matcher(form.body())
          .results()
          .forEach(token -> secrets.add(token.group(1)));
      assertThat(
              cluster.meridianctl(directory, region, cluster.administrator()).run("user", "list"))
          .contains("alice");
    }

    String audit = cluster.audit().toString();
    String logged = log.text();
    assertThat(secrets).hasSizeGreaterThanOrEqualTo(10 + 12 + 6);
    assertThat(secrets).noneMatch(audit::contains);
    assertThat(secrets)
        .as("what is secret, and is in the log")
        .filteredOn((Predicate<? super String>) logged::contains)
        .isEmpty();
    assertThat(logged).contains("POST /token 200");
  }

  @Test
  void refusesRequestsWhoseEndIsAmbiguous() throws Exception {
    TestImage kept = TestImage.of(12, 1000);
    cluster.client(0, alice).push("team/kept", "1", kept);
    String smuggled = "/v2/team/kept/manifests/" + kept.digest();
    String login = "Host: r\r\nAuthorization: " + alice.basic() + "\r\n";
    for (int region : LoginCluster.REGIONS) {
      for (String lengths :
          List.of(
              "Content-Length: 5\r\nContent-Length: 6\r\n",
              "Content-Length: 5\r\nContent-Length: 400\r\n",
              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
              "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")) {
        String answer =
            answer(
                region,
                "POST /v2/team/kept/blobs/uploads/ HTTP/1.1\r\n"
                    + login
                    + lengths
                    + "\r\n0\r\n\r\nDELETE "
                    + smuggled
                    + " HTTP/1.1\r\n"
                    + login
                    + "\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ").containsOnlyOnce("HTTP/1.1 ");
      }
      assertThat(cluster.client(region, alice).resolve("team/kept", "1")).isEqualTo(kept.digest());
    }
    assertThat(log.text()).doesNotContain("DELETE " + smuggled);
  }

  @ParameterizedTest
  @EnumSource(LogSettings.Format.class)
  void writesLinesThatNobodyElseMadeUp(LogSettings.Format format) throws Exception {
    Logging.configure(new LogSettings(LogSettings.Level.DEBUG, format));
    int before = log.lines().size();
    String escape = "\u001b[31m";
    String forged = "\r\nFORGED" + escape;
    for (int region : LoginCluster.REGIONS) {
      String host = " HTTP/1.1\r\nHost: r\r\nConnection: close\r\n";
      for (String name : List.of("eve" + forged, "eve" + escape + "FORGED", "\nFORGED")) {
        String login = base64(name + ":secret");
        answer(region, "GET /v2/" + host + "Authorization: Basic " + login + "\r\n\r\n");
        answer(
            region,
            "GET /token?service=meridian" + host + "Authorization: Basic " + login + "\r\n\r\n");
      }
      String login = "Authorization: " + alice.basic() + "\r\n";
      for (String path :
          List.of(
              "/v2/team/app/manifests/1%0d%0aFORGED%1b[31m",
              "/v2/team%0d%0aFORGED%1b[31m/tags/list",
              "/v2/team/app/blobs/uploads/%0d%0aFORGED%1b[31m",
              "/%0d%0aFORGED%1b[31m",
              "/token?service=%0d%0aFORGED%1b[31m&scope=%0aFORGED&account=%0aFORGED",
              "/token?service=meridian&scope=repository:team/%0aFORGED:pull%1b",
              "/v2/\u001b[31m\rFORGED")) {
        answer(region, "GET " + path + host + login + "\r\n");
        answer(region, "DELETE " + path + host + login + "\r\n");
      }
      answer(region, "GET /v2/" + host + login + "User-Agent: x\r\n FORGED" + escape + "\r\n\r\n");
      answer(region, "GET /v2/" + host + login + "User-Agent: x\rFORGED" + escape + "\r\n\r\n");
      answer(region, "GET /v2/" + host + login + "X-Request-Id: x" + escape + "FORGED\r\n\r\n");
      answer(region, "FORGED" + escape + " /v2/" + host + "\r\n");
    }

    List<String> all = log.lines();
    List<String> lines = all.subList(before, all.size());
    for (String line : lines) {
      assertThat(line).doesNotContainPattern("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]");
      if (line.contains("FORGED")) {
        switch (format) {
          case TEXT -> assertThat(line).matches(LOG_LINE);
          case JSON -> assertThat(message(line)).doesNotStartWith("FORGED");
        }
      }
    }
    assertThat(lines).anyMatch(line -> line.contains("FORGED"));
    for (AuditEvent event : cluster.audit()) {
      assertThat(TextFormat.printer().printToString(event)).doesNotContain("FORGED");
    }
  }

  /** What one line of JSON says. */
  private static String message(String line) {
    JsonNode document = JsonMapper.shared().readTree(line);
    assertThat(document.path("level").asString()).isIn("DEBUG", "INFO", "WARN", "ERROR");
    return document.path("message").asString();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** All that comes until the other side closes the connection. */
  private static String answer(int region, String request) throws Exception {
    try (SSLSocket socket =
        TlsClient.anonymous(cluster.authority()).connected(cluster.address(region), "http/1.1")) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
