package dev.meridian.deploy;

import dev.meridian.deploy.settings.ConfigException;
import dev.meridian.deploy.settings.ConfigFile;
import dev.meridian.deploy.settings.ProcessConfig;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A whole cluster in one process, on 127.0.0.1: every region is a metadata server, a Raft voter
 * over real sockets, and a node with its own directory of blobs, just as separate processes would
 * be.
 */
final class DevCluster implements AutoCloseable {

  private static final String NAME = "dev";

  private final DevDirectory directory;
  private final List<RegionProcess> processes;

  private DevCluster(DevDirectory directory, List<RegionProcess> processes) {
    this.directory = directory;
    this.processes = processes;
  }

  /**
   * What to start.
   *
   * @param regions their names, in the order of their ports
   * @param data the cluster's directory; it is made when it is absent
   * @param further variables of all regions beside those that a development cluster needs
   * @param secure with TLS, by certificates of its own
   */
  record Options(
      List<RegionId> regions,
      DevPorts ports,
      Path data,
      Map<String, String> further,
      boolean secure) {
    Options {
      regions = List.copyOf(regions);
      further = Map.copyOf(further);
    }

    Options(List<RegionId> regions, DevPorts ports, Path data) {
      this(regions, ports, data, Map.of(), false);
    }

    /** Where clients reach a region. */
    String url(RegionId region) {
      return (secure ? "https://" : "http://") + address(region);
    }

    /** The same as host:port. */
    String address(RegionId region) {
      return ports.http(regions.indexOf(region));
    }

    /** The certificates, when it is secure. */
    DevCertificates certificates() {
      return DevCertificates.in(data);
    }
  }

  /** Hears what becomes of the cluster; one call at a time. */
  interface Listener {

    /** The region serves, for the first time. */
    void ready(RegionId region);

    /** What is to be shown once, and is in no log. */
    default void announce(String text) {}
  }

  /**
   * Starts all regions and returns when all serve.
   *
   * @throws StartException when a port is taken, or the directory is another cluster's or in use
   */
  static DevCluster start(Options options, Listener listener)
      throws StartException, InterruptedException {
    options.ports().requireFree(options.regions().size());
    DevDirectory directory = DevDirectory.open(options.data(), options.regions());
    List<RegionProcess> processes = new ArrayList<>();
    DevCluster cluster = new DevCluster(directory, processes);
    try {
      if (options.secure()) {
        options.certificates().prepare(NAME, options.regions());
      }
      for (RegionId region : options.regions()) {
        processes.add(new RegionProcess(config(options, region), text -> announce(listener, text)));
      }
      cluster.startAll(listener);
      return cluster;
    } catch (StartException | InterruptedException | RuntimeException e) {
      closeAfter(e, cluster);
      throw e;
    }
  }

  private static void announce(Listener listener, String text) {
    synchronized (listener) {
      listener.announce(text);
    }
  }

  private Void started(RegionProcess process, Listener listener)
      throws StartException, InterruptedException {
    process.start();
    process.awaitReady();
    // What is pushed to one region may be pulled from another at once.
    process.awaitAcquaintance(processes);
    synchronized (listener) {
      listener.ready(process.region());
    }
    return null;
  }

  private static ProcessConfig config(Options options, RegionId region) throws StartException {
    DevPorts ports = options.ports();
    int index = options.regions().indexOf(region);
    String data = options.data().resolve(region.value()).toString();
    String peers =
        IntStream.range(0, options.regions().size())
            .mapToObj(i -> options.regions().get(i) + "/" + ports.raft(i) + "/" + ports.grpc(i))
            .collect(Collectors.joining(","));
    Map<String, String> variables = new HashMap<>(options.further());
    variables.putIfAbsent("MERIDIAN_AUTH_LOGINS", options.secure() ? "required" : "off");
    variables.putAll(
        Map.of(
            "MERIDIAN_REGION", region.value(),
            "MERIDIAN_DATA", data,
            "MERIDIAN_HTTP_ADDR", ports.http(index),
            "MERIDIAN_HTTP_ADVERTISE", options.url(region),
            "MERIDIAN_HTTP_DRAINTIMEOUT", "5s",
            "MERIDIAN_INTERNAL_ADDR", ports.internal(index),
            "MERIDIAN_METADATA_ADDR", ports.grpc(index),
            "MERIDIAN_METADATA_RAFT_ADDR", ports.raft(index),
            "MERIDIAN_METADATA_PEERS", peers,
            "MERIDIAN_STORAGE_FILESYSTEM_ROOTDIRECTORY", Path.of(data, "blobs").toString()));
    if (options.secure()) {
      options
          .certificates()
          .settings(region)
          .forEach((setting, file) -> variables.put(variable(setting), file.toString()));
    }
    try {
      return ConfigFile.parse("meridian dev", "cluster: " + NAME, variables);
    } catch (ConfigException e) {
      throw new StartException(e.getMessage(), e);
    }
  }

  private static String variable(String setting) {
    return "MERIDIAN_" + setting.toUpperCase(Locale.ROOT).replace('.', '_');
  }

  /**
   * Starts every region at once: none is ready before all of them are there. One that cannot start
   * ends the wait for the others.
   */
  private void startAll(Listener listener) throws StartException, InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletionService<Void> starts = new ExecutorCompletionService<>(threads);
      processes.forEach(process -> starts.submit(() -> started(process, listener)));
      try {
        for (int i = 0; i < processes.size(); i++) {
          starts.take().get();
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        throw e.getCause() instanceof StartException reason
            ? reason
            : new StartException("a region failed: " + e.getCause(), e.getCause());
      }
    }
  }

  private static void closeAfter(Exception failure, DevCluster cluster) {
    try {
      cluster.close();
    } catch (Exception e) {
      failure.addSuppressed(e);
    }
  }

  /** Stops all regions: requests in flight finish, bounded; then the data may be used again. */
  @Override
  public void close() throws IOException {
    try (directory;
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      processes.forEach(process -> threads.execute(process::close));
    }
  }
}
