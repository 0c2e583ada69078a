package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;

import dev.meridian.access.RepositoryPattern;
import dev.meridian.access.Subject;
import dev.meridian.controlplane.cli.client.Pages;
import dev.meridian.controlplane.cli.output.Field;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.DeleteGrantRequest;
import dev.meridian.proto.admin.Grant;
import dev.meridian.proto.admin.ListGrantsRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What accounts and groups may do. */
@Command(name = "grant", description = "What accounts and groups may do: list, set, delete.")
public final class GrantCommands {

  private static final String SUBJECT = "A user, a robot, or group:NAME.";
  private static final String PATTERN = "A repository, PATH/* for all under a path, or *.";

  private final Invocation invocation;
  private final AccessCalls calls;

  public GrantCommands(Invocation invocation) {
    this.invocation = invocation;
    this.calls = new AccessCalls(invocation);
  }

  @Command(name = "list", description = "Lists grants, of all or of one.")
  void list(
      @Parameters(paramLabel = "SUBJECT", arity = "0..1", description = SUBJECT)
          Optional<Subject> subject) {
    Pages<Grant> pages =
        new Pages<>(
            Long.MAX_VALUE,
            (last, most) -> {
              var request =
                  ListGrantsRequest.newBuilder()
                      .setSubject(subject.map(Subject::value).orElse(""))
                      .setLimit(most);
              last.ifPresent(request::setLast);
              var reply = calls.query(stub -> stub.listGrants(request.build()));
              return new Pages.Page<>(reply.getGrantsList(), reply.getMore());
            });
    invocation.printer().list("grants", pages.map(Descriptions::grant));
  }

  @Command(
      name = "set",
      header = "Grants or denies something.",
      description =
          "Takes the place of what the subject was granted, or denied, under the same pattern. A"
              + " denial wins over all grants.",
      footer = {
        "  meridianctl grant set group:dev writer 'team/*'",
        "  meridianctl grant set robot.ci pull,push,tag-create team/app --region eu-west",
        "  meridianctl grant set alice delete 'team/*' --deny"
      })
  void set(
      @Parameters(paramLabel = "SUBJECT", description = SUBJECT) Subject subject,
      @Parameters(
              paramLabel = "ROLE|ACTION[,ACTION...]",
              description =
                  "reader, contributor, writer, maintainer or admin; or some of pull, push,"
                      + " tag-create, tag-update, delete, admin.")
          Permission permission,
      @Parameters(paramLabel = "PATTERN", description = PATTERN) RepositoryPattern pattern,
      @Option(names = "--deny", description = "Refuses it, whatever else is granted.") boolean deny,
      @Option(
              names = "--region",
              paramLabel = "REGION",
              description = "Holds for requests to this region only; several times for several.")
          List<RegionId> regions) {
    Grant grant =
        Grant.newBuilder()
            .setSubject(subject.value())
            .setPattern(pattern.value())
            .setDeny(deny)
            .addAllActions(permission.names())
            .addAllRegions(
                regions == null ? List.of() : regions.stream().map(RegionId::value).toList())
            .build();
    long revision = calls.grant(grant);
    List<Field> fields = new ArrayList<>(Descriptions.grant(grant).fields());
    fields.add(count("revision", revision));
    invocation
        .printer()
        .done(
            subject
                + (deny ? " is denied " : " is granted ")
                + String.join(", ", permission.names())
                + " on "
                + pattern,
            new Item(fields));
  }

  @Command(name = "delete", description = "Takes back what was granted, or denied.")
  void delete(
      @Parameters(paramLabel = "SUBJECT", description = SUBJECT) Subject subject,
      @Parameters(paramLabel = "PATTERN", description = PATTERN) RepositoryPattern pattern,
      @Option(names = "--deny", description = "The denial.") boolean deny) {
    var request =
        DeleteGrantRequest.newBuilder()
            .setSubject(subject.value())
            .setPattern(pattern.value())
            .setDeny(deny);
    long revision =
        calls.change(
            "see `meridianctl grant list`",
            (stub, id) -> stub.deleteGrant(request.setCommandId(id).build()).getRevision());
    invocation
        .printer()
        .done(
            subject + " is " + (deny ? "denied" : "granted") + " nothing more on " + pattern,
            Item.of(
                Field.text("subject", subject.value()),
                Field.text("pattern", pattern.value()),
                count("revision", revision)));
  }
}
