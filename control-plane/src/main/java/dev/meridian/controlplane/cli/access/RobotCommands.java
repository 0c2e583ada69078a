package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.text;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.meridian.access.AccountName;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.proto.admin.AddRobotSecretRequest;
import dev.meridian.proto.admin.CreateRobotRequest;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.ListAccountsRequest.Kind;
import dev.meridian.proto.admin.NewSecret;
import dev.meridian.proto.admin.RemoveRobotSecretRequest;
import dev.meridian.secrets.RobotSecret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Programs that log in. */
@Command(
    name = "robot",
    description =
        "Programs that log in: list, show, create, rotate, revoke, disable, enable, delete.")
public final class RobotCommands {

  private static final String KUBERNETES =
      "Prints a Secret of this name, ready for kubectl apply, instead of the secret alone.";
  private static final String HOST =
      "A host of the Secret beside those of all regions, such as a name for all of them; several"
          + " times for several.";

  private final Invocation invocation;
  private final AccessCalls calls;
  private final AccountVerbs accounts;

  public RobotCommands(Invocation invocation) {
    this.invocation = invocation;
    this.calls = new AccessCalls(invocation);
    this.accounts = new AccountVerbs(invocation);
  }

  @Command(name = "list", description = "Lists robots.")
  void list() {
    accounts.list("robots", Kind.ROBOT, Descriptions::robot);
  }

  @Command(name = "show", description = "Describes a robot.")
  void show(@Parameters(paramLabel = "NAME") AccountName name) {
    accounts.show(name, Descriptions::robot);
  }

  @Command(
      name = "create",
      description = "Creates a robot and prints its secret, once. Its name begins with robot.",
      footer = {
        "  meridianctl robot create robot.ci --grant writer:team/* --expires 90d",
        "  meridianctl robot create robot.pull --grant reader:* --kubernetes-secret meridian"
      })
  void create(
      @Parameters(paramLabel = "NAME") AccountName name,
      @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
          String description,
      @Option(
              names = "--expires",
              paramLabel = "DURATION",
              description = "It is refused after so long, such as 90d; by default never.")
          Optional<Duration> expires,
      @Option(
              names = "--grant",
              paramLabel = "ROLE:PATTERN",
              description = "What it may, several times for several.")
          List<Permission.OnPattern> grants,
      @Option(names = "--kubernetes-secret", paramLabel = "NAME", description = KUBERNETES)
          Optional<String> kubernetes,
      @Option(names = "--host", paramLabel = "HOST", description = HOST) List<String> hosts) {
    requireRobot(name);
    Optional<PullSecret> form = form(kubernetes, hosts);
    RobotSecret secret = RobotSecret.generate();
    var request =
        CreateRobotRequest.newBuilder()
            .setName(name.value())
            .setDescription(description == null ? "" : description)
            .setSecret(described(secret));
    expires.ifPresent(life ->
        request.setExpires(
            Timestamp.newBuilder().setSeconds(Instant.now().plus(life).getEpochSecond())));
    long revision =
        calls.change(
            "if it is there, give it a secret with `meridianctl robot rotate`",
            (stub, id) -> stub.createRobot(request.setCommandId(id).build()).getRevision());
    try {
      for (Permission.OnPattern grant : grants == null ? List.<Permission.OnPattern>of() : grants) {
        revision = calls.grant(grant(name, grant));
      }
    } catch (AdminException e) {
      // The robot is there, and its secret would be lost.
      print(form, name, secret, revision, "robot " + name + " is created without all its grants");
      throw e;
    }
    print(form, name, secret, revision, "robot " + name + " is created");
  }

  @Command(
      name = "rotate",
      description =
          "Gives a robot a second secret and prints it, once. The first one stays good until it is"
              + " revoked.")
  void rotate(
      @Parameters(paramLabel = "NAME") AccountName name,
      @Option(names = "--kubernetes-secret", paramLabel = "NAME", description = KUBERNETES)
          Optional<String> kubernetes,
      @Option(names = "--host", paramLabel = "HOST", description = HOST) List<String> hosts) {
    requireRobot(name);
    Optional<PullSecret> form = form(kubernetes, hosts);
    RobotSecret secret = RobotSecret.generate();
    var request =
        AddRobotSecretRequest.newBuilder().setName(name.value()).setSecret(described(secret));
    long revision =
        calls.change(
            "see `meridianctl robot show`, and revoke what nobody has",
            (stub, id) -> stub.addRobotSecret(request.setCommandId(id).build()).getRevision());
    print(form, name, secret, revision, "robot " + name + " has another secret");
  }

  @Command(name = "revoke", description = "Takes a secret from a robot: it is refused from now on.")
  void revoke(
      @Parameters(paramLabel = "NAME") AccountName name,
      @Parameters(paramLabel = "ID", description = "As `robot show` lists it.") String secret) {
    var request = RemoveRobotSecretRequest.newBuilder().setName(name.value()).setId(secret);
    long revision =
        calls.change(
            "see `meridianctl robot show`",
            (stub, id) -> stub.removeRobotSecret(request.setCommandId(id).build()).getRevision());
    accounts.done("secret " + secret + " of robot " + name + " is revoked", name, revision);
  }

  @Command(name = "disable", description = "Refuses a robot until it is enabled again.")
  void disable(@Parameters(paramLabel = "NAME") AccountName name) {
    accounts.disable(name, true);
  }

  @Command(name = "enable", description = "Takes back a disable.")
  void enable(@Parameters(paramLabel = "NAME") AccountName name) {
    accounts.disable(name, false);
  }

  @Command(name = "delete", description = "Deletes a robot with its memberships and grants.")
  void delete(
      @Parameters(paramLabel = "NAME") AccountName name,
      @Option(names = "--yes", description = "Does not ask.") boolean yes) {
    accounts.delete(name, yes);
  }

  private void requireRobot(AccountName name) {
    if (!name.isRobot()) {
      throw invocation.wrongUsage(
          name + " is no robot: expected a name that begins with " + AccountName.ROBOT_PREFIX);
    }
  }

  private Optional<PullSecret> form(Optional<String> kubernetes, List<String> hosts) {
    if (kubernetes.isEmpty()) {
      if (hosts != null) {
        throw invocation.wrongUsage("--host goes with --kubernetes-secret");
      }
      return Optional.empty();
    }
    try {
      return Optional.of(
          PullSecret.of(invocation, kubernetes.get(), hosts == null ? List.of() : hosts));
    } catch (IllegalArgumentException e) {
      throw invocation.wrongUsage(e.getMessage());
    }
  }

  private void print(
      Optional<PullSecret> form,
      AccountName name,
      RobotSecret secret,
      long revision,
      String sentence) {
    if (form.isPresent()) {
      invocation.print(form.get().toYaml(name, secret.value()));
      return;
    }
    invocation
        .printer()
        .done(
            sentence + "; secret " + secret.id() + ", which is shown this once:\n" + secret.value(),
            Item.of(
                text("name", name.value()),
                text("secret_id", secret.id()),
                text("secret", secret.value()),
                count("revision", revision)));
  }

  private static NewSecret described(RobotSecret secret) {
    return NewSecret.newBuilder()
        .setId(secret.id())
        .setHash(ByteString.copyFrom(RobotSecret.hash(secret.value())))
        .build();
  }

  private static Grant grant(AccountName name, Permission.OnPattern grant) {
    return Grant.newBuilder()
        .setSubject(name.value())
        .setPattern(grant.pattern().value())
        .addAllActions(grant.permission().names())
        .build();
  }
}
