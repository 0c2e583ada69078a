package dev.meridian.deploy;

import dev.meridian.controlplane.ControlPlane;
import dev.meridian.controlplane.StatusServer;
import dev.meridian.deploy.settings.ProcessConfig;
import dev.meridian.model.RegionId;
import dev.meridian.node.Node;
import dev.meridian.tls.AuthorityTrust;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process of a deployment runs in its region: a metadata server, a node or both. Parts are
 * started in order and closed in reverse, so that the node drains while its metadata server serves.
 */
final class RegionProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RegionProcess.class);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(50);

  private final ProcessConfig config;
  private final Consumer<String> announcements;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private volatile Optional<Node> node = Optional.empty();

  /**
   * @param announcements what is shown once to who starts the process, and is in no log
   */
  RegionProcess(ProcessConfig config, Consumer<String> announcements) {
    this.config = config;
    this.announcements = announcements;
  }

  RegionId region() {
    return config.region();
  }

  /**
   * Starts the parts; returns when all listen. Close it also when this fails.
   *
   * @throws StartException when a part cannot start, naming it and the reason
   */
  void start() throws StartException {
    Optional<String> inProcess = Optional.empty();
    try {
      measureProcess();
      if (config.controlPlane().isPresent()) {
        ControlPlane server =
            opened(new ControlPlane(config.controlPlane().get(), announcements, meters));
        server.start();
        inProcess = Optional.of(server.inProcessName());
        if (config.node().isEmpty()) {
          opened(
                  new StatusServer(
                      config.http().host(),
                      config.http().port(),
                      config.httpTls(),
                      server::isReady,
                      meters))
              .start();
        }
      }
      if (config.node().isPresent()) {
        Node made = opened(new Node(config.node().get(), inProcess, meters));
        node = Optional.of(made);
        made.start();
      }
    } catch (IOException | RuntimeException e) {
      throw new StartException("region " + region() + " cannot start: " + e.getMessage(), e);
    }
  }

  private void measureProcess() {
    List.of(
            new JvmMemoryMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics(),
            opened(new JvmGcMetrics()))
        .forEach(binder -> binder.bindTo(meters));
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  /**
   * Returns when the process answers as ready, as a load balancer would see it; says what it waits
   * for when that takes long.
   */
  void awaitReady() throws InterruptedException {
    String scheme = config.httpTls().isPresent() ? "https://" : "http://";
    URI probe = URI.create(scheme + config.http() + "/readyz");
    long report = System.nanoTime() + PATIENCE.toNanos();
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(PROBE);
    // Whoever has signed it: this process looks for itself.
    config
        .httpTls()
        .map(files -> AuthorityTrust.in(List.of(files.read().certificate())))
        .ifPresent(own -> builder.sslContext(own.sslContext()));
    try (HttpClient client = builder.build()) {
      for (String answer = ask(client, probe); !answer.isEmpty(); answer = ask(client, probe)) {
        if (System.nanoTime() > report) {
          LOG.warn("region {} is not ready yet: {}", region(), answer);
          report = System.nanoTime() + PATIENCE.toNanos();
        }
        Thread.sleep(BETWEEN_PROBES);
      }
    }
  }

  /** Empty when it is ready, else why not. */
  private static String ask(HttpClient client, URI probe) throws InterruptedException {
    try {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(probe).timeout(PROBE).build(), BodyHandlers.ofString());
      return answer.statusCode() == 200 ? "" : answer.statusCode() + " " + answer.body().strip();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /**
   * Returns when its node, once ready, knows the nodes of all these processes; says that it waits
   * for them when that takes long.
   */
  void awaitAcquaintance(Collection<RegionProcess> others) throws InterruptedException {
    long report = System.nanoTime() + PATIENCE.toNanos();
    while (!knows(others)) {
      if (System.nanoTime() - report > 0) {
        LOG.warn("region {} does not know the nodes of all others yet", region());
        report = System.nanoTime() + PATIENCE.toNanos();
      }
      Thread.sleep(BETWEEN_PROBES);
    }
  }

  private boolean knows(Collection<RegionProcess> others) {
    List<Node> nodes = others.stream().flatMap(process -> process.node.stream()).toList();
    return nodes.size() == others.size() && node.filter(own -> own.knows(nodes)).isPresent();
  }

  /** Closes what was started; one part that fails to close does not keep the others open. */
  @Override
  public void close() {
    while (!parts.isEmpty()) {
      AutoCloseable part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("region {}: closing {} failed", region(), part.getClass().getSimpleName(), e);
      }
    }
    meters.close();
  }
}
