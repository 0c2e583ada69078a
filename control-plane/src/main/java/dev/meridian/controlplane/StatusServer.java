package dev.meridian.controlplane;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.meridian.tls.HttpCertificate;
import dev.meridian.tls.ServerCertificate;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Health and metrics of a process without a node: {@code /livez}, {@code /readyz}, {@code
 * /startupz} and {@code /metrics} (INTERFACES, "Ports and paths").
 */
public final class StatusServer implements AutoCloseable {

  private final Optional<ServerCertificate> certificate;
  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  private record Answer(int status, String type, String body) {
    static Answer text(int status, String body) {
      return new Answer(status, "text/plain; charset=utf-8", body + "\n");
    }
  }

  /**
   * Listens; answers from {@link #start} on.
   *
   * @param host name or address
   * @param port 0 for any that is free
   * @param tls its certificate; empty: plain text
   */
  public StatusServer(
      String host,
      int port,
      Optional<HttpCertificate> tls,
      BooleanSupplier ready,
      PrometheusMeterRegistry meters)
      throws IOException {
    certificate = tls.map(ServerCertificate::open);
    certificate.ifPresent(known -> CertificateMeters.add(known, meters));
    server = listening(new InetSocketAddress(host, port), certificate);
    server.setExecutor(executor);
    Supplier<Answer> readiness =
        () -> ready.getAsBoolean() ? Answer.text(200, "ok") : Answer.text(503, "not ready");
    handle("/livez", () -> Answer.text(200, "ok"));
    handle("/readyz", readiness);
    handle("/startupz", readiness);
    handle(
        "/metrics",
        () -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", meters.scrape()));
    handle("/", () -> Answer.text(404, "not found"));
  }

  private static HttpServer listening(
      InetSocketAddress address, Optional<ServerCertificate> certificate) throws IOException {
    if (certificate.isEmpty()) {
      return HttpServer.create(address, 0);
    }
    HttpsServer secured = HttpsServer.create(address, 0);
    secured.setHttpsConfigurator(new HttpsConfigurator(certificate.get().sslContext()));
    return secured;
  }

  private void handle(String path, Supplier<Answer> handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            answer(exchange, path, handler);
          }
        });
  }

  private static void answer(HttpExchange exchange, String path, Supplier<Answer> handler)
      throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    Answer answer;
    if (!path.equals("/") && !exchange.getRequestURI().getPath().equals(path)) {
      answer = Answer.text(404, "not found");
    } else if (!head && !exchange.getRequestMethod().equals("GET")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      answer = Answer.text(405, "method not allowed");
    } else {
      answer = handler.get();
    }
    byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  /** Begins to answer. */
  public void start() {
    server.start();
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    certificate.ifPresent(ServerCertificate::close);
    executor.shutdown();
  }
}
