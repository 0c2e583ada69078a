package dev.meridian.deploy;

import dev.meridian.controlplane.ControlPlane;
import dev.meridian.controlplane.StatusServer;
import dev.meridian.deploy.settings.ProcessConfig;
import dev.meridian.model.RegionId;
import dev.meridian.node.Node;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process of a deployment runs in its region: a metadata server, a node or both. Parts are
 * started in order and closed in reverse, so that the node drains while its metadata server serves.
 */
final class RegionProcess implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RegionProcess.class);
  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration BETWEEN_PROBES = Duration.ofMillis(50);

  private final ProcessConfig config;
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  RegionProcess(ProcessConfig config) {
    this.config = config;
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
      if (config.controlPlane().isPresent()) {
        ControlPlane server = opened(new ControlPlane(config.controlPlane().get(), meters));
        server.start();
        inProcess = Optional.of(server.inProcessName());
        if (config.node().isEmpty()) {
          opened(
                  new StatusServer(
                      config.http().host(), config.http().port(), server::isReady, meters))
              .start();
        }
      }
      if (config.node().isPresent()) {
        opened(new Node(config.node().get(), inProcess, meters)).start();
      }
    } catch (IOException | RuntimeException e) {
      throw new StartException("region " + region() + " cannot start: " + e.getMessage(), e);
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    parts.push(part);
    return part;
  }

  /** Returns when the process answers as ready, as a load balancer would see it. */
  void awaitReady() throws InterruptedException {
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(PROBE).build()) {
      HttpRequest probe =
          HttpRequest.newBuilder(URI.create("http://" + config.http() + "/readyz"))
              .timeout(PROBE)
              .build();
      while (!answers(client, probe)) {
        Thread.sleep(BETWEEN_PROBES);
      }
    }
  }

  private static boolean answers(HttpClient client, HttpRequest probe) throws InterruptedException {
    try {
      return client.send(probe, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      LOG.debug("{} does not answer yet", probe.uri(), e);
      return false;
    }
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
