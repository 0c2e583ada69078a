package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.flag;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.access.Action;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.admin.ExplainAccessReply;
import dev.meridian.proto.admin.ExplainAccessRequest;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Why somebody may, or may not. */
@Command(name = "access", description = "Why somebody may do something, or may not: explain.")
public final class ExplainCommands {

  /** How who has not logged in is written. */
  private static final String ANONYMOUS = "anonymous";

  private final Invocation invocation;
  private final AccessCalls calls;

  public ExplainCommands(Invocation invocation) {
    this.invocation = invocation;
    this.calls = new AccessCalls(invocation);
  }

  @Command(
      name = "explain",
      description = "Says whether somebody may do something, and which rule decides it.",
      footer = {"  meridianctl access explain robot.ci push team/app"})
  void explain(
      @Parameters(
              paramLabel = "USER",
              description = "A user or robot; anonymous: who has not logged in.")
          String user,
      @Parameters(
              paramLabel = "ACTION",
              description = "pull, push, tag-create, tag-update, delete or admin.")
          Action action,
      @Parameters(paramLabel = "REPO") RepositoryName repository,
      @Option(
              names = "--region",
              paramLabel = "REGION",
              description = "To which the request is made; by default the server's.")
          Optional<RegionId> region) {
    var request =
        ExplainAccessRequest.newBuilder()
            .setAccount(user.equals(ANONYMOUS) ? "" : user)
            .setAction(action.toString())
            .setRepository(repository.value())
            .setRegion(region.map(RegionId::value).orElse(""))
            .build();
    ExplainAccessReply reply = calls.query(stub -> stub.explainAccess(request));
    invocation
        .printer()
        .item(Item.of(flag("allowed", reply.getAllowed()), text("reason", reply.getReason())));
  }
}
