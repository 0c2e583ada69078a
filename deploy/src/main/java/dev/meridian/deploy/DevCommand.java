package dev.meridian.deploy;

import dev.meridian.controlplane.cli.certs.PemFiles;
import dev.meridian.deploy.settings.LogSettings;
import dev.meridian.model.RegionId;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts a cluster for development and stays until it is told to stop. */
@Command(
    name = "dev",
    description = "Starts a whole cluster in one process on 127.0.0.1; needs nothing else.")
final class DevCommand implements Callable<Integer> {

  private static final Duration STOP_BOUND = Duration.ofSeconds(9);

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Port of the first region; the next ones follow. (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--regions",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "us-east,eu-west,ap-south",
      description = "Names of the regions. (default: ${DEFAULT-VALUE})")
  private List<String> regions;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "meridian-data",
      description = "Where data is kept over restarts. (default: ${DEFAULT-VALUE})")
  private Path data;

  @Option(
      names = "--secure",
      description = "With TLS, by certificates that are made under the data directory.")
  private boolean secure;

  @Override
  public Integer call() throws StartException, InterruptedException {
    Logging.configure(new LogSettings(LogSettings.Level.WARN, LogSettings.Format.TEXT));
    PrintWriter out = spec.commandLine().getOut();
    DevCluster.Options options = options();
    DevCluster cluster =
        DevCluster.start(
            options,
            new DevCluster.Listener() {
              @Override
              public void ready(RegionId region) {
                say(out, "region " + region + " ready at " + options.url(region));
              }

              @Override
              public void announce(String text) {
                say(out, text);
              }
            });
    out.println("Meridian is ready");
    greet(out, options);
    out.flush();
    StopOnSignal.await(cluster, STOP_BOUND);
    return 0;
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }

  private static void greet(PrintWriter out, DevCluster.Options options) {
    List<RegionId> regions = options.regions();
    String here = options.address(regions.getFirst());
    String there = options.address(regions.getLast());
    String tags = options.url(regions.getLast()) + "/v2/demo/app/tags/list";
    out.println();
    out.println(
        "Push an image in " + regions.getFirst() + ", pull it in " + regions.getLast() + ":");
    if (options.secure()) {
      Path authority = options.certificates().authority();
      String trust = " --cert-dir " + authority.getParent() + " ";
      out.println("  podman login" + trust + "--username admin " + here);
      out.println("  podman login" + trust + "--username admin " + there);
      out.println("  podman push" + trust + "IMAGE " + here + "/demo/app:1");
      out.println("  podman pull" + trust + there + "/demo/app:1");
      out.println("  curl --user admin --cacert " + authority + " " + tags);
      out.println();
      out.println("Docker trusts a region whose certificate authority it has:");
      out.println("  install -D " + authority + " /etc/docker/certs.d/" + here + "/ca.crt");
      out.println();
      operate(out, options);
    } else {
      out.println("  podman push --tls-verify=false IMAGE " + here + "/demo/app:1");
      out.println("  podman pull --tls-verify=false " + there + "/demo/app:1");
      out.println("  curl " + tags);
      out.println();
      out.println(
          "Everybody on this host may everything here: no login, no TLS. --secure asks for both.");
    }
    out.println();
    out.println("Data is in " + options.data() + ". Stop with Ctrl-C.");
  }

  private static void operate(PrintWriter out, DevCluster.Options options) {
    PemFiles operator = options.certificates().operator();
    out.println("Operate the cluster as whoever has the operator's certificate:");
    out.println(
        "  meridianctl --server "
            + options.ports().grpc(0)
            + " --ca "
            + options.certificates().authority()
            + " --cert "
            + operator.certificate()
            + " --key "
            + operator.key()
            + " raft status");
  }

  private DevCluster.Options options() {
    try {
      List<RegionId> ids = regions.stream().map(RegionId::parse).toList();
      if (ids.size() > DevPorts.MOST_REGIONS || new HashSet<>(ids).size() < ids.size()) {
        throw new IllegalArgumentException(
            "regions "
                + String.join(",", regions)
                + " are not valid: expected different names, at most "
                + DevPorts.MOST_REGIONS);
      }
      return new DevCluster.Options(ids, new DevPorts(port), data, Map.of(), secure);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
