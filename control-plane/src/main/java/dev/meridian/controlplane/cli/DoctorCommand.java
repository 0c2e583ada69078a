package dev.meridian.controlplane.cli;

import dev.meridian.controlplane.cli.checks.Check;
import dev.meridian.controlplane.cli.checks.ClusterChecks;
import dev.meridian.controlplane.cli.checks.ConnectionChecks;
import dev.meridian.controlplane.cli.checks.EndpointChecks;
import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Looks at a cluster from where the operator sits. */
@Command(
    name = "doctor",
    header = "Checks a cluster, and says what to do.",
    description =
        "Looks at the server's name, clocks, each region's metadata server and nodes, quorum, lag"
            + " and disks; a line each. Exits with 1 when a check fails.",
    footer = "  meridianctl doctor --registry http://127.0.0.1:5000")
final class DoctorCommand implements Callable<Integer> {

  private static final int FAILED = 1;
  private static final int UNREACHABLE = 3;

  private final Session session;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description = "Check a public endpoint, too: a node's or a load balancer's; may be repeated.")
  private List<URI> registries = new ArrayList<>();

  DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    for (URI registry : registries) {
      if (registry.getHost() == null
          || !("http".equals(registry.getScheme()) || "https".equals(registry.getScheme()))) {
        throw session.wrongUsage(
            "--registry " + registry + " is not valid: expected http://HOST:PORT or https://HOST");
      }
    }
    List<Check> checks = new ArrayList<>(ConnectionChecks.of(session.server(), session.trust()));
    AdminClient client = session.client(Session.QUERY);
    boolean reached = true;
    try {
      checks.addAll(new ClusterChecks(client).run());
    } catch (AdminException e) {
      reached = !e.isUnreachable();
      checks.add(
          Check.fail(
              "server",
              client.server().toString(),
              e.getMessage(),
              "start it, or ask another with --server"));
    }
    EndpointChecks endpoints = new EndpointChecks(session.timeout(Session.QUERY), session.trust());
    registries.forEach(registry -> checks.addAll(endpoints.of(registry)));

    session.printer().list("checks", checks.stream().map(Check::describe).toList());
    if (!reached) {
      return UNREACHABLE;
    }
    return checks.stream().anyMatch(Check::failed) ? FAILED : 0;
  }
}
