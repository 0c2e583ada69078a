package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.flag;
import static dev.meridian.controlplane.cli.output.Field.text;
import static dev.meridian.controlplane.cli.output.Field.texts;

import dev.meridian.controlplane.cli.output.Field;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.admin.DeletePolicyRequest;
import dev.meridian.proto.admin.ListPoliciesRequest;
import dev.meridian.proto.admin.Policy;
import dev.meridian.proto.admin.PolicyServiceGrpc;
import dev.meridian.proto.admin.SetPolicyRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where blobs are to be. */
@Command(name = "policy", description = "Where blobs are to be: list, set, delete.")
final class PolicyCommands {

  private static final String ALL = "all";
  private static final String PREFIX = "A repository, or a path that repositories are under.";
  private static final String DEFAULT = "Instead of PREFIX: what has no policy of its own.";
  private static final String AGAIN = "run it again, that is safe";

  private final Session session;

  PolicyCommands(Session session) {
    this.session = session;
  }

  @Command(
      name = "list",
      description =
          "Lists the policies. The longest prefix counts; the one without a prefix is for all"
              + " repositories that have no other.")
  void list() {
    List<Policy> policies =
        session
            .client(Session.QUERY)
            .query(
                PolicyServiceGrpc::newBlockingV2Stub,
                stub ->
                    stub.listPolicies(ListPoliciesRequest.getDefaultInstance()).getPoliciesList());
    session
        .printer()
        .list("policies", policies.stream().map(policy -> new Item(describe(policy))).toList());
  }

  @Command(
      name = "set",
      header = "Sets the policy of a repository and of all under it.",
      description =
          "What is not given is as where no policy is set: copies in all regions, made as soon as"
              + " they can be, without a limit, and pushes do not wait for them. Blobs that are"
              + " there already follow in the background: see `replication status`.",
      footer = {
        "  meridianctl policy set team/app --regions us-east,eu-west --min-copies 2",
        "  meridianctl policy set team/bank --only eu-west,eu-north",
        "  meridianctl policy set --default --on-demand"
      })
  void set(
      @Parameters(paramLabel = "PREFIX", arity = "0..1", description = PREFIX)
          Optional<RepositoryName> prefix,
      @Option(names = "--default", description = DEFAULT) boolean all,
      @Option(
              names = "--regions",
              paramLabel = "REGION[,REGION...]|all",
              split = ",",
              description = "The regions that should hold a copy.")
          List<String> regions,
      @Option(names = "--eager", description = "Copies are made as soon as they can be.")
          boolean eager,
      @Option(
              names = "--on-demand",
              description = "A copy is made in a region when it is first asked for there.")
          boolean onDemand,
      @Option(
              names = "--only",
              paramLabel = "REGION[,REGION...]",
              split = ",",
              description =
                  "Residency: the bytes are neither stored nor passed on outside of these regions.")
          List<RegionId> only,
      @Option(
              names = "--min-copies",
              paramLabel = "N",
              description = "A push is acknowledged when its blobs are stored in N regions.")
          Optional<Positive> minCopies) {
    if (eager && onDemand) {
      throw session.wrongUsage("--eager and --on-demand exclude each other");
    }
    Policy policy =
        Policy.newBuilder()
            .setPrefix(prefix(prefix, all))
            .addAllRegions(regions(regions))
            .setEager(!onDemand)
            .addAllOnly(only == null ? List.of() : only.stream().map(RegionId::value).toList())
            .setMinCopies(
                (int) Math.min(Integer.MAX_VALUE, minCopies.map(Positive::number).orElse(1L)))
            .build();
    var request = SetPolicyRequest.newBuilder().setPolicy(policy);
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                PolicyServiceGrpc::newBlockingV2Stub,
                AGAIN,
                (stub, id) -> stub.setPolicy(request.setCommandId(id).build()).getRevision());
    List<Field> fields = new ArrayList<>(describe(policy));
    fields.add(count("revision", revision));
    session.printer().done("the policy " + of(policy.getPrefix()) + " is set", new Item(fields));
  }

  @Command(
      name = "delete",
      description = "Deletes a policy: the one with the next shorter prefix counts.")
  void delete(
      @Parameters(paramLabel = "PREFIX", arity = "0..1", description = PREFIX)
          Optional<RepositoryName> prefix,
      @Option(names = "--default", description = DEFAULT) boolean all) {
    String deleted = prefix(prefix, all);
    var request = DeletePolicyRequest.newBuilder().setPrefix(deleted);
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                PolicyServiceGrpc::newBlockingV2Stub,
                "see `meridianctl policy list`",
                (stub, id) -> stub.deletePolicy(request.setCommandId(id).build()).getRevision());
    session
        .printer()
        .done(
            "the policy " + of(deleted) + " is deleted",
            Item.of(text("prefix", deleted), count("revision", revision)));
  }

  private String prefix(Optional<RepositoryName> prefix, boolean all) {
    if (prefix.isPresent() == all) {
      throw session.wrongUsage("expected either PREFIX or --default");
    }
    return prefix.map(RepositoryName::value).orElse("");
  }

  private List<String> regions(List<String> named) {
    if (named == null || named.equals(List.of(ALL))) {
      return List.of();
    }
    try {
      named.forEach(RegionId::parse);
    } catch (IllegalArgumentException e) {
      throw session.wrongUsage("--regions: " + e.getMessage());
    }
    return named;
  }

  private static String of(String prefix) {
    return prefix.isEmpty() ? "of all that has no other" : "of " + prefix;
  }

  private static List<Field> describe(Policy policy) {
    return List.of(
        text("prefix", policy.getPrefix()),
        texts("regions", policy.getRegionsList(), ALL),
        flag("eager", policy.getEager()),
        texts("only", policy.getOnlyList(), "-"),
        count("min_copies", policy.getMinCopies()));
  }
}
