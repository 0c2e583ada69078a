package dev.meridian.node.http;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.access.Action;
import dev.meridian.access.Grant;
import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Role;
import dev.meridian.access.Subject;
import dev.meridian.access.Visibility;
import dev.meridian.model.Digest;
import dev.meridian.node.auth.AuthSettings;
import dev.meridian.node.auth.FakeAccess;
import dev.meridian.node.http.EdgeFixture.Parts;
import dev.meridian.node.http.RegistryClient.Answer;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins, tokens and what they open (Distribution, "Token Authentication Specification"). */
class AccessTest {

  private static final AuthSettings REQUIRED =
      new AuthSettings(
          true, "meridian", Optional.empty(), Duration.ofMinutes(5), Duration.ofMinutes(5));
  private static final String BASIC = "Basic ";

  @TempDir Path directory;

  private EdgeFixture edge;
  private RegistryClient client;
  private FakeAccess access;

  @BeforeEach
  void open() {
    edge = new EdgeFixture(Parts.of(directory).with(REQUIRED));
    edge.metadata.signingKeys(List.of(FakeAccess.key("k1", 0)));
    client = edge.client();
    access = edge.access;
    access.anonymous();
    access.user("alice", "wonderland", grant("alice", "team/*", Role.WRITER));
    access.user("bob", "builder", grant("bob", "other/*", Role.WRITER));
    access.robot("robot.ci", "mrs_secret", grant("robot.ci", "team/*", Role.READER));
  }

  @AfterEach
  void close() {
    edge.close();
  }

  @Test
  void challengesWhoHasNotLoggedIn() throws IOException {
    Answer answer = client.get("/v2/");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("UNAUTHORIZED");
    assertThat(answer.header("WWW-Authenticate"))
        .isEqualTo(
            "Bearer realm=\"http://127.0.0.1:" + edge.port() + "/token\",service=\"meridian\"");
    assertThat(answer.header("Docker-Distribution-Api-Version")).isEqualTo("registry/2.0");
  }

  @Test
  void letsInByBasicAndByToken() throws IOException {
    assertThat(client.get("/v2/", basic("alice", "wonderland")).status()).isEqualTo(200);
    assertThat(client.get("/v2/", basic("robot.ci", "mrs_secret")).status()).isEqualTo(200);
    assertThat(client.get("/v2/", bearer(token("alice", "wonderland"))).status()).isEqualTo(200);
    assertThat(client.get("/v2/", bearer(anonymousToken())).status()).isEqualTo(200);
  }

  @Test
  void saysTheSameOfEveryLoginThatIsWrong() throws IOException {
    access.replace(
        "bob",
        account ->
            new FakeAccess.Account(
                account.identity(),
                true,
                account.expires(),
                account.password(),
                account.secretHashes(),
                account.lastUsed(),
                account.credentialsRevision()));
    for (String[] login :
        List.of(
            basic("alice", "Wonderland"),
            basic("nobody", "wonderland"),
            basic("bob", "builder"),
            basic("robot.ci", "mrs_other"),
            basic("", ""),
            basic("a\nb", "c"))) {
      Answer answer = client.get("/v2/", login);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.message()).isEqualTo("the name or the password is wrong");
      Answer atToken = client.get("/token?service=meridian", login);
      assertThat(atToken.status()).isEqualTo(401);
      assertThat(atToken.message()).isEqualTo("the name or the password is wrong");
    }
    assertThat(edge.meters.scrape())
        .contains("meridian_auth_failures_total{reason=\"password\"} 6.0");
  }

  @Test
  void refusesHeadersThatAreNone() throws IOException {
    for (String header :
        List.of("Basic", "Basic !!!", "Basic YWxpY2U=", "Digest x", "Bearer", "x".repeat(9000))) {
      Answer answer = client.get("/v2/", "Authorization", header);
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer realm=");
    }
    assertThat(client.get("/v2/", "Authorization", "Basic " + "a".repeat(40_000)).status())
        .isEqualTo(431);
  }

  @Test
  void refusesTwoLoginsInOneRequest() throws IOException {
    String[] two = {
      "Authorization", basic("alice", "wonderland")[1], "Authorization", basic("bob", "builder")[1]
    };
    assertThat(client.get("/v2/", two).status()).isEqualTo(401);
    assertThat(client.get("/token?service=meridian", two).status()).isEqualTo(401);
  }

  @Test
  void givesNoTokenForAnother() throws IOException {
    for (String token :
        List.of(
            token("alice", "wonderland", "repository:team/app:pull"),
            anonymousToken("repository:team/app:pull"))) {
      Answer answer =
          client.get(
              tokenTarget("repository:team/app:pull,push") + "&offline_token=true", bearer(token));
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.message()).contains("a token gets no other tokens");
      assertThat(answer.header("WWW-Authenticate")).startsWith("Basic ");
    }
    String expired = token("alice", "wonderland");
    edge.aheadBy(Duration.ofMinutes(10));
    assertThat(client.get(tokenTarget(), bearer(expired)).status()).isEqualTo(401);
  }

  @Test
  void pushesAndPullsWithAToken() throws IOException {
    String token = token("alice", "wonderland", "repository:team/app:pull,push");
    Digest blob = push("team/app", bearer(token));
    assertThat(client.get("/v2/team/app/blobs/" + blob, bearer(token)).status()).isEqualTo(200);
    String reading = token("robot.ci", "mrs_secret", "repository:team/app:pull,push");
    assertThat(client.get("/v2/team/app/blobs/" + blob, bearer(reading)).status()).isEqualTo(200);
    Answer refused =
        client.send("POST", "/v2/team/app/blobs/uploads/", new byte[0], bearer(reading));
    assertThat(refused.status()).isEqualTo(401);
    assertThat(refused.header("WWW-Authenticate"))
        .contains("scope=\"repository:team/app:")
        .endsWith("error=\"insufficient_scope\"");
  }

  @Test
  void grantsWhatMayBeOfWhatIsAsked() throws IOException {
    Answer answer =
        tokenAnswer(
            "alice",
            "wonderland",
            "repository:team/app:pull,push,delete",
            "repository:other/app:pull",
            "repository:team/*:pull",
            "repository:*:*",
            "registry:catalog:*",
            "nonsense",
            "repository(plugin):team/app:pull");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.json().path("expires_in").asInt()).isEqualTo(300);
    assertThat(answer.json().path("token")).isEqualTo(answer.json().path("access_token"));
    assertThat(answer.json().has("refresh_token")).isFalse();
    String payload = payload(answer.json().path("token").asString());
    assertThat(payload)
        .contains("\"team/app\"", "\"pull\"", "\"push\"", "\"catalog\"")
        .doesNotContain("delete", "other/app", "team/*");
  }

  @Test
  void keepsATokenToWhatItWasIssuedFor() throws IOException {
    Digest blob = push("team/app", basic("alice", "wonderland"));
    push("team/other", basic("alice", "wonderland"));
    String token = token("alice", "wonderland", "repository:team/app:pull");
    assertThat(client.get("/v2/team/app/blobs/" + blob, bearer(token)).status()).isEqualTo(200);
    assertThat(client.get("/v2/team/other/tags/list", bearer(token)).status()).isEqualTo(401);
    assertThat(client.get("/v2/_catalog", bearer(token)).status()).isEqualTo(401);
  }

  @Test
  void findsWhatItsReaderMayPull() throws IOException {
    push("team/app", basic("alice", "wonderland"));
    push("team/app-two", basic("alice", "wonderland"));
    edge.metadata.readable(name -> !name.equals("team/app"));
    String search = "/v1/search?q=app";
    for (String[] login :
        List.of(
            basic("bob", "builder"),
            bearer(token("bob", "builder", "registry:catalog:search")),
            bearer(token("bob", "builder", "registry:catalog:*")))) {
      Answer found = client.get(search, login);
      assertThat(found.json().path("num_results").asInt()).isEqualTo(1);
      assertThat(found.json().path("results").path(0).path("name").asString())
          .isEqualTo("team/app-two");
    }
    String pull = token("alice", "wonderland", "repository:team/app:pull");
    for (String[] login : List.of(new String[0], basic("alice", "wrong"), bearer(pull))) {
      Answer refused = client.get(search, login);
      assertThat(refused.status()).isEqualTo(401);
      assertThat(refused.header("WWW-Authenticate")).contains("scope=\"registry:catalog:search\"");
    }
    assertThat(client.get("/v1/_ping").status()).isEqualTo(200);
  }

  @Test
  void doesNotTellWhatIsNotThereFromWhatIsNotAllowed() throws IOException {
    push("team/app", basic("alice", "wonderland"));
    String digest = Digest.of(Digest.Algorithm.SHA256, new byte[0]).toString();
    for (String rest :
        List.of("tags/list", "manifests/latest", "blobs/" + digest, "referrers/" + digest)) {
      for (String[] login :
          List.of(new String[0], basic("bob", "builder"), bearer(token("bob", "builder")))) {
        Answer there = client.get("/v2/team/app/" + rest, login);
        Answer absent = client.get("/v2/team/none/" + rest, login);
        assertThat(there.status()).isEqualTo(absent.status()).isIn(401, 403);
        assertThat(there.message()).isEqualTo(absent.message().replace("team/none", "team/app"));
        assertThat(Optional.ofNullable(there.header("WWW-Authenticate")))
            .isEqualTo(
                Optional.ofNullable(absent.header("WWW-Authenticate"))
                    .map(text -> text.replace("team/none", "team/app")));
        assertThat(there.header("Meridian-Revision")).isNull();
      }
    }
  }

  @Test
  void letsEverybodyPullWhatIsPublicAndNothingElse() throws IOException {
    Digest blob = push("team/app", basic("alice", "wonderland"));
    access.visible("team/app", Visibility.PUBLIC);
    edge.close();
    reopen();
    assertThat(client.get("/v2/team/app/blobs/" + blob).status()).isEqualTo(200);
    String token = anonymousToken("repository:team/app:pull,push");
    assertThat(client.get("/v2/team/app/blobs/" + blob, bearer(token)).status()).isEqualTo(200);
    assertThat(client.post("/v2/team/app/blobs/uploads/").status()).isEqualTo(401);
    assertThat(client.delete("/v2/team/app/blobs/" + blob).status()).isEqualTo(401);
  }

  @Test
  void refusesWhoseAccountIsGoneOrHasAnotherPassword() throws IOException {
    String token = token("alice", "wonderland", "repository:team/app:pull,push");
    String robot = token("robot.ci", "mrs_secret");
    access.user("alice", "changed");
    access.replace(
        "alice",
        account ->
            new FakeAccess.Account(
                account.identity(),
                false,
                Optional.empty(),
                account.password(),
                List.of(),
                account.lastUsed(),
                2));
    access.delete("robot.ci");
    reopen();
    assertThat(client.get("/v2/", bearer(token)).status()).isEqualTo(401);
    assertThat(client.get("/v2/", bearer(robot)).status()).isEqualTo(401);
    assertThat(client.get("/v2/", basic("robot.ci", "mrs_secret")).status()).isEqualTo(401);
    assertThat(client.get("/v2/", basic("alice", "wonderland")).status()).isEqualTo(401);
    assertThat(client.get("/v2/", basic("alice", "changed")).status()).isEqualTo(200);
  }

  @Test
  void refreshesTokens() throws IOException {
    Answer first =
        client.get("/token?service=meridian&offline_token=true", basic("alice", "wonderland"));
    String refresh = first.json().path("refresh_token").asString();
    assertThat(refresh).isNotEmpty();
    Answer second =
        form(
            "grant_type=refresh_token&service=meridian&client_id=docker&scope="
                + encoded("repository:team/app:pull,push registry:catalog:*")
                + "&refresh_token="
                + refresh);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.json().path("scope").asString())
        .isEqualTo("repository:team/app:pull,push registry:catalog:*");
    String token = second.json().path("access_token").asString();
    assertThat(client.get("/v2/", bearer(token)).status()).isEqualTo(200);
    assertThat(client.get("/v2/", bearer(refresh)).status()).isEqualTo(401);
    assertThat(form("grant_type=refresh_token&refresh_token=" + token).status()).isEqualTo(401);
  }

  @Test
  void givesTokensForAPasswordInAForm() throws IOException {
    Answer answer =
        form("grant_type=password&username=alice&password=wonderland&access_type=offline");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("refresh_token").asString()).isNotEmpty();
    assertThat(form("grant_type=password&username=alice&password=x").status()).isEqualTo(401);
    assertThat(form("grant_type=password&username=alice").status()).isEqualTo(400);
    assertThat(form("grant_type=magic").status()).isEqualTo(400);
    assertThat(form("grant_type=%zz").status()).isEqualTo(400);
    assertThat(form("x=" + "y".repeat(70_000)).status()).isEqualTo(400);
    assertThat(client.send("POST", "/token", new byte[0]).status()).isEqualTo(400);
  }

  @Test
  void refusesTooManyScopesAndAnotherService() throws IOException {
    String scopes =
        IntStream.range(0, 60)
            .mapToObj(i -> "scope=repository:r" + i + ":pull")
            .collect(Collectors.joining("&"));
    assertThat(client.get("/token?" + scopes).status()).isEqualTo(400);
    String many =
        IntStream.range(0, 10_000).mapToObj(i -> "r:" + i + ":p").collect(Collectors.joining(" "));
    assertThat(
            form("grant_type=password&username=alice&password=wonderland&scope=" + encoded(many))
                .status())
        .isEqualTo(400);
    assertThat(client.get("/token?service=other").status()).isEqualTo(400);
  }

  @Test
  void keepsUploadsToWhoBeganThem() throws IOException {
    access.user("carol", "pass", grant("carol", "team/*", Role.WRITER));
    Answer begun =
        client.send(
            "POST", "/v2/team/app/blobs/uploads/", new byte[0], basic("alice", "wonderland"));
    String location = begun.header("Location");
    for (String method : List.of("GET", "PATCH", "PUT", "DELETE")) {
      String target =
          method.equals("PUT") ? location + "?digest=sha256:" + "0".repeat(64) : location;
      assertThat(client.send(method, target, new byte[0], basic("carol", "pass")).status())
          .isEqualTo(404);
      assertThat(client.send(method, target, new byte[0]).status()).isEqualTo(401);
    }
    assertThat(client.get(location, basic("alice", "wonderland")).status()).isEqualTo(204);
  }

  @Test
  void endsAnUploadWithATokenThatHasExpiredMeanwhile() throws IOException {
    String[] token = bearer(token("alice", "wonderland", "repository:team/app:pull,push"));
    String[] others = bearer(token("bob", "builder", "repository:other/app:pull,push"));
    Answer begun = client.send("POST", "/v2/team/app/blobs/uploads/", new byte[0], token);
    edge.aheadBy(Duration.ofMinutes(10));
    byte[] content = {1, 2, 3};
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    Answer sent = client.send("PATCH", begun.header("Location"), content, token);
    assertThat(sent.status()).isEqualTo(202);
    String location = sent.header("Location");
    assertThat(client.send("PUT", location + "?digest=" + digest, new byte[0], others).status())
        .isEqualTo(401);
    assertThat(client.send("PUT", location + "?digest=" + digest, new byte[0], token).status())
        .isEqualTo(201);
    Answer another = client.send("POST", "/v2/team/app/blobs/uploads/", new byte[0], token);
    assertThat(another.status()).isEqualTo(401);
    assertThat(another.header("WWW-Authenticate")).endsWith("error=\"invalid_token\"");
    assertThat(client.get("/v2/team/app/blobs/" + digest, token).status()).isEqualTo(401);
  }

  /** As some load balancers probe. */
  @Test
  void challengesRequestsThatNameNoHost() throws IOException {
    try (RawConnection connection = new RawConnection(edge.port())) {
      connection.send("GET /v2/ HTTP/1.0\n\n");
      assertThat(connection.head())
          .contains("401")
          .contains("realm=\"http://127.0.0.1:" + edge.port() + "/token\"");
    }
  }

  @Test
  void mountsOnlyWhatTheCallerMayRead() throws IOException {
    Digest blob = push("team/app", basic("alice", "wonderland"));
    String target = "/v2/other/app/blobs/uploads/?mount=" + blob + "&from=team/app";
    assertThat(client.send("POST", target, new byte[0], basic("bob", "builder")).status())
        .isEqualTo(202);
    access.user(
        "bob",
        "builder",
        grant("bob", "other/*", Role.WRITER),
        grant("bob", "team/app", Role.READER));
    reopen();
    assertThat(client.send("POST", target, new byte[0], basic("bob", "builder")).status())
        .isEqualTo(201);
  }

  @Test
  void servesHealthMetricsAndKeysToEverybody() throws IOException {
    for (String path : List.of("/", "/livez", "/health/region", "/metrics")) {
      assertThat(client.get(path).status()).isEqualTo(200);
    }
    Answer keys = client.get("/.well-known/jwks.json");
    assertThat(keys.status()).isEqualTo(200);
    assertThat(keys.json().path("keys").path(0).path("kid").asString()).isEqualTo("k1");
    assertThat(keys.json().path("keys").path(0).has("d")).isFalse();
  }

  @Test
  void doesNotLetPathsLeadAround() throws IOException {
    push("team/app", basic("alice", "wonderland"));
    for (String path :
        List.of(
            "/v2/other/../team/app/tags/list",
            "/v2/other/%2e%2e/team/app/tags/list",
            "/v2/other%2f..%2fteam%2fapp/tags/list",
            "/v2//team/app/tags/list",
            "/v2/./team/app/tags/list",
            "//v2/team/app/tags/list")) {
      assertThat(client.get(path, basic("bob", "builder")).status()).isIn(400, 403, 404);
    }
  }

  @Test
  void servesOnlyWhatIsPublicWhenNoQuorumWasInReachForLong() throws IOException {
    Digest blob = push("team/app", basic("alice", "wonderland"));
    push("team/private", basic("alice", "wonderland"));
    access.visible("team/app", Visibility.PUBLIC);
    edge.close();
    access.cutOff(true);
    reopenCutOff();
    assertThat(client.get("/v2/team/app/blobs/" + blob).status()).isEqualTo(200);
    assertThat(client.get("/v2/team/app/blobs/" + blob, basic("alice", "wonderland")).status())
        .isEqualTo(200);
    // Clients begin here, also those that then pull what is public.
    assertThat(client.get("/v2/").status()).isEqualTo(401);
    String nobody = anonymousToken("repository:team/app:pull");
    assertThat(client.get("/v2/", bearer(nobody)).status()).isEqualTo(200);
    assertThat(client.get("/v2/team/app/blobs/" + blob, bearer(nobody)).status()).isEqualTo(200);
    for (String[] login :
        List.of(
            basic("alice", "wonderland"),
            bearer(token("alice", "wonderland", "repository:team/private:pull")))) {
      for (String path :
          List.of("/v2/", "/v2/_catalog", "/v1/search?q=app", "/v2/team/private/tags/list")) {
        Answer refused = client.get(path, login);
        assertThat(refused.status()).as(path).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isNotNull();
      }
    }
    assertThat(client.get("/v2/_catalog", bearer(anonymousToken("registry:catalog:*"))).status())
        .isEqualTo(503);
  }

  @Test
  void tellsThePlaneOnceThatAnAccountWasUsed() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(client.get("/v2/", basic("alice", "wonderland")).status()).isEqualTo(200);
    }
    eventually(() -> assertThat(access.used()).isNotEmpty());
    assertThat(access.used()).containsOnlyOnce("alice");
  }

  @Test
  void namesWhoChangesWhat() throws IOException {
    push("team/app", basic("alice", "wonderland"));
    assertThat(edge.metadata.lastCaller().principal().name()).isEqualTo("alice");
    assertThat(edge.metadata.lastCaller().origin().orElseThrow().authorise()).isTrue();
    assertThat(edge.metadata.lastCaller().origin().orElseThrow().address()).isEqualTo("127.0.0.1");
  }

  private Digest push(String repository, String... login) throws IOException {
    byte[] content = repository.getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    Answer answer =
        client.send(
            "POST", "/v2/" + repository + "/blobs/uploads/?digest=" + digest, content, login);
    assertThat(answer.status()).isEqualTo(201);
    return digest;
  }

  /** What a node knows of accounts it knows for two seconds: another node sees changes at once. */
  private void reopen() {
    edge.close();
    edge =
        new EdgeFixture(
            Parts.of(directory).with(EdgeFixture.REGION, edge.metadata).with(REQUIRED), access);
    client = edge.client();
  }

  private void reopenCutOff() {
    edge =
        new EdgeFixture(
            Parts.of(directory).with(EdgeFixture.REGION, edge.metadata).with(REQUIRED), access);
    client = edge.client();
  }

  private Answer form(String body) throws IOException {
    return client.send(
        "POST",
        "/token",
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/x-www-form-urlencoded; charset=utf-8");
  }

  private Answer tokenAnswer(String name, String password, String... scopes) throws IOException {
    return client.get(tokenTarget(scopes), basic(name, password));
  }

  private String token(String name, String password, String... scopes) throws IOException {
    return tokenAnswer(name, password, scopes).json().path("token").asString();
  }

  private String anonymousToken(String... scopes) throws IOException {
    return client.get(tokenTarget(scopes)).json().path("token").asString();
  }

  private static String tokenTarget(String... scopes) {
    List<String> parts = new ArrayList<>(List.of("service=meridian", "client_id=docker"));
    for (String scope : scopes) {
      parts.add("scope=" + encoded(scope));
    }
    return "/token?" + String.join("&", parts);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static String payload(String token) {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
  }

  private static String[] basic(String name, String password) {
    return new String[] {
      "Authorization",
      BASIC
          + Base64.getEncoder()
              .encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8))
    };
  }

  private static String[] bearer(String token) {
    return new String[] {"Authorization", "Bearer " + token};
  }

  private static Grant grant(String subject, String pattern, Role role) {
    Set<Action> actions = role.actions();
    return new Grant(
        Subject.parse(subject), RepositoryPattern.parse(pattern), false, actions, Set.of());
  }
}
