package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.access.Role;
import dev.meridian.access.Visibility;
import dev.meridian.controlplane.cli.certs.PemFiles;
import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.ServerAddress;
import dev.meridian.controlplane.cli.client.ServerTrust;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.AccessServiceGrpc;
import dev.meridian.proto.admin.AccessServiceGrpc.AccessServiceBlockingV2Stub;
import dev.meridian.proto.admin.AddRobotSecretRequest;
import dev.meridian.proto.admin.AuditEvent;
import dev.meridian.proto.admin.CreateRobotRequest;
import dev.meridian.proto.admin.CreateUserRequest;
import dev.meridian.proto.admin.DeleteAccountRequest;
import dev.meridian.proto.admin.DisableAccountRequest;
import dev.meridian.proto.admin.GetAccountRequest;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.ListAuditReply;
import dev.meridian.proto.admin.ListAuditRequest;
import dev.meridian.proto.admin.NewSecret;
import dev.meridian.proto.admin.RemoveRobotSecretRequest;
import dev.meridian.proto.admin.Secret;
import dev.meridian.proto.admin.SetGrantRequest;
import dev.meridian.proto.admin.SetTagRuleRequest;
import dev.meridian.proto.admin.SetVisibilityRequest;
import dev.meridian.proto.admin.TagRule;
import dev.meridian.proto.admin.VisibilityRule;
import dev.meridian.secrets.RobotSecret;
import dev.meridian.tls.TlsFile;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Three regions that ask for logins, over TLS, as {@code meridian dev --secure} has them; and their
 * operator, who asks the metadata server of the second region.
 */
final class LoginCluster implements AutoCloseable {

  /** The numbers of the regions. */
  static final List<Integer> REGIONS = List.of(0, 1, 2);

  private static final List<RegionId> NAMES =
      Stream.of("us-east", "eu-west", "ap-south").map(RegionId::parse).toList();
  private static final Pattern FIRST_PASSWORD = Pattern.compile("with the password (\\S+)");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Who may log in. */
  record Account(String name, String secret) {

    String basic() {
      return "Basic "
          + Base64.getEncoder()
              .encodeToString((name + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }
  }

  private final DevCluster.Options options;
  private final DevCluster cluster;
  private final AdminClient operator;
  private final HttpClient http;
  private final Account administrator;

  private LoginCluster(
      DevCluster.Options options,
      DevCluster cluster,
      AdminClient operator,
      HttpClient http,
      Account administrator) {
    this.options = options;
    this.cluster = cluster;
    this.operator = operator;
    this.http = http;
    this.administrator = administrator;
  }

  /** Starts it, and returns when its first administrator is known in all regions. */
  static LoginCluster start(Path directory) throws Exception {
    DevCluster.Options options =
        new DevCluster.Options(
            NAMES,
            DevPorts.free(3),
            directory.resolve("data"),
            // All tests fail to log in from one address.
            Map.of("MERIDIAN_LIMITS_LOGINS", "10000/1m"),
            true);
    List<String> announced = new ArrayList<>();
    DevCluster cluster = DevCluster.start(options, listener(announced));
    PemFiles certified = options.certificates().operator();
    AdminClient operator =
        AdminClient.of(
            ServerAddress.parse(options.ports().grpc(1)),
            ServerTrust.in(
                new TlsFile("--ca", options.certificates().authority()),
                Optional.of(
                    new ServerTrust.Identity(
                        new TlsFile("--cert", certified.certificate()),
                        new TlsFile("--key", certified.key())))),
            PATIENCE);
    HttpClient http =
        TlsClient.anonymous(options.certificates().authority()).http(HttpClient.Version.HTTP_1_1);
    Account administrator = new Account("admin", announcedPassword(announced));
    LoginCluster started = new LoginCluster(options, cluster, operator, http, administrator);
    started.awaitLogin(administrator);
    return started;
  }

  private static DevCluster.Listener listener(List<String> announced) {
    return new DevCluster.Listener() {
      @Override
      public void ready(RegionId region) {}

      @Override
      public void announce(String text) {
        synchronized (announced) {
          announced.add(text);
        }
      }
    };
  }

  private static String announcedPassword(List<String> announced) throws Exception {
    return Eventually.get(
        PATIENCE,
        () -> {
          synchronized (announced) {
            assertThat(announced).hasSize(1);
            Matcher password = FIRST_PASSWORD.matcher(announced.getFirst());
            assertThat(password.find()).isTrue();
            return password.group(1);
          }
        });
  }

  /** The first one, as it was announced. */
  Account administrator() {
    return administrator;
  }

  String region(int region) {
    return NAMES.get(region).value();
  }

  /** Where clients reach a region, {@code 127.0.0.1:port}. */
  String address(int region) {
    return options.address(NAMES.get(region));
  }

  /** The certificate of whom clients trust; alone in its directory. */
  Path authority() {
    return options.certificates().authority();
  }

  /** A client that does not log in. */
  RegistryClient anonymous(int region) {
    return new RegistryClient(http, options.url(NAMES.get(region)));
  }

  /** A client that shows name and password each time. */
  RegistryClient client(int region, Account account) {
    return anonymous(region).as(account.basic());
  }

  /** A client with a token from this region, for some scopes. */
  RegistryClient withToken(int region, Account account, String... scopes) throws Exception {
    return anonymous(region).as("Bearer " + token(region, Optional.of(account), scopes));
  }

  String token(int region, Optional<Account> account, String... scopes) throws Exception {
    String query =
        Arrays.stream(scopes)
            .map(scope -> "&scope=" + URLEncoder.encode(scope, StandardCharsets.UTF_8))
            .collect(Collectors.joining());
    RegistryClient client =
        account.map(known -> client(region, known)).orElseGet(() -> anonymous(region));
    HttpResponse<String> answer = client.get("/token?service=meridian&client_id=test" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.body()).path("token").asString();
  }

  /** Returns when all regions know the account by this password. */
  void awaitLogin(Account account) throws Exception {
    for (int region : REGIONS) {
      Eventually.get(
          PATIENCE, () -> assertThat(client(region, account).status("/v2/")).isEqualTo(200));
    }
  }

  /** Returns when all regions know of a grant to the account. */
  private void awaitGrant(Account account, String pattern) throws Exception {
    String absent = "/v2/" + pattern.replace("*", "never-pushed") + "/tags/list";
    for (int region : REGIONS) {
      Eventually.get(
          PATIENCE,
          () -> assertThat(client(region, account).status(absent)).as(absent).isIn(200, 404));
    }
  }

  /** A new user with these grants, known in all regions. */
  Account user(String name, Role role, String... patterns) throws Exception {
    Account account = new Account(name, "the password of " + name);
    command((stub, id) ->
        stub.createUser(
                CreateUserRequest.newBuilder()
                    .setCommandId(id)
                    .setName(name)
                    .setPassword(account.secret())
                    .build())
            .getRevision());
    return granted(account, role, patterns);
  }

  /** A new robot with these grants, known in all regions. */
  Account robot(String name, Role role, String... patterns) throws Exception {
    RobotSecret secret = RobotSecret.generate();
    command((stub, id) ->
        stub.createRobot(
                CreateRobotRequest.newBuilder()
                    .setCommandId(id)
                    .setName(name)
                    .setSecret(described(secret))
                    .build())
            .getRevision());
    return granted(new Account(name, secret.value()), role, patterns);
  }

  private Account granted(Account account, Role role, String... patterns) throws Exception {
    for (String pattern : patterns) {
      grant(account.name(), role, pattern);
    }
    awaitLogin(account);
    for (String pattern : patterns) {
      awaitGrant(account, pattern);
    }
    return account;
  }

  /** A second secret for a robot. */
  RobotSecret addSecret(String robot) {
    RobotSecret secret = RobotSecret.generate();
    command((stub, id) ->
        stub.addRobotSecret(
                AddRobotSecretRequest.newBuilder()
                    .setCommandId(id)
                    .setName(robot)
                    .setSecret(described(secret))
                    .build())
            .getRevision());
    return secret;
  }

  List<String> secretIds(String robot) {
    GetAccountRequest request = GetAccountRequest.newBuilder().setName(robot).build();
    return operator
        .query(AccessServiceGrpc::newBlockingV2Stub, stub -> stub.getAccount(request).getAccount())
        .getSecretsList()
        .stream()
        .map(Secret::getId)
        .toList();
  }

  void revoke(String robot, String secretId) {
    command((stub, id) ->
        stub.removeRobotSecret(
                RemoveRobotSecretRequest.newBuilder()
                    .setCommandId(id)
                    .setName(robot)
                    .setId(secretId)
                    .build())
            .getRevision());
  }

  private static NewSecret described(RobotSecret secret) {
    return NewSecret.newBuilder()
        .setId(secret.id())
        .setHash(ByteString.copyFrom(RobotSecret.hash(secret.value())))
        .build();
  }

  void disable(String name, boolean disabled) {
    command((stub, id) ->
        stub.disableAccount(
                DisableAccountRequest.newBuilder()
                    .setCommandId(id)
                    .setName(name)
                    .setDisabled(disabled)
                    .build())
            .getRevision());
  }

  void delete(String name) {
    command((stub, id) ->
        stub.deleteAccount(DeleteAccountRequest.newBuilder().setCommandId(id).setName(name).build())
            .getRevision());
  }

  void grant(String subject, Role role, String pattern) {
    Grant grant =
        Grant.newBuilder()
            .setSubject(subject)
            .setPattern(pattern)
            .addAllActions(role.actions().stream().map(Object::toString).toList())
            .build();
    command((stub, id) ->
        stub.setGrant(SetGrantRequest.newBuilder().setCommandId(id).setGrant(grant).build())
            .getRevision());
  }

  void show(String prefix, Visibility visibility) {
    VisibilityRule rule =
        VisibilityRule.newBuilder().setPrefix(prefix).setVisibility(visibility.toString()).build();
    command((stub, id) ->
        stub.setVisibility(SetVisibilityRequest.newBuilder().setCommandId(id).setRule(rule).build())
            .getRevision());
  }

  /** Keeps tags as they are once they are there. */
  void freeze(String pattern, String tags) {
    TagRule rule = TagRule.newBuilder().setPattern(pattern).setTags(tags).build();
    command((stub, id) ->
        stub.setTagRule(SetTagRuleRequest.newBuilder().setCommandId(id).setRule(rule).build())
            .getRevision());
  }

  /** All events so far, the oldest first. */
  List<AuditEvent> audit() {
    List<AuditEvent> events = new ArrayList<>();
    ListAuditReply page;
    do {
      long last = events.isEmpty() ? 0 : events.getLast().getRevision();
      ListAuditRequest request =
          ListAuditRequest.newBuilder().setAfter(last).setLimit(1_000).build();
      page = operator.query(AccessServiceGrpc::newBlockingV2Stub, stub -> stub.listAudit(request));
      events.addAll(page.getEventsList());
    } while (page.getMore());
    return events;
  }

  private void command(AdminClient.Command<AccessServiceBlockingV2Stub, Long> command) {
    operator.command(AccessServiceGrpc::newBlockingV2Stub, "", command);
  }

  /** The command line as somebody who logs in to the metadata server of a region. */
  Program meridianctl(Path directory, int region, Account account) {
    return meridianctl(directory, region)
        .with("MERIDIAN_PASSWORD", account.secret())
        .and("--user", account.name());
  }

  /** The command line as whoever has the operator's certificate. */
  Program meridianctlOfOperator(Path directory, int region) {
    PemFiles certified = options.certificates().operator();
    return meridianctl(directory, region)
        .and(
            "--cert", certified.certificate().toString(),
            "--key", certified.key().toString());
  }

  private Program meridianctl(Path directory, int region) {
    return Program.in(
        directory,
        Path.of("bin/meridianctl").toAbsolutePath().toString(),
        "--server",
        options.ports().grpc(region),
        "--ca",
        authority().toString());
  }

  @Override
  public void close() throws IOException {
    operator.close();
    http.shutdownNow();
    http.close();
    cluster.close();
  }
}
