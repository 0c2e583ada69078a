package dev.meridian.loadtest.scale;

import com.sun.net.httpserver.HttpServer;
import dev.meridian.loadtest.http.Origin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A server that answers each request as a test says. */
final class ScriptedServer implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** What it answers. */
  record Answer(int status, Map<String, String> headers, String body) {
    static Answer of(String body) {
      return new Answer(200, Map.of(), body);
    }

    static Answer refusal(int status, int retryAfterSeconds) {
      return new Answer(
          status,
          Map.of("Retry-After", Integer.toString(retryAfterSeconds)),
          "{\"errors\":[{\"code\":\"BUSY\"}]}");
    }
  }

  /**
   * @param script the answer to each request, which is given as its path with query
   */
  ScriptedServer(Function<String, Answer> script) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            Answer answer = script.apply(exchange.getRequestURI().toString());
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
  }

  Origin origin() {
    return new Origin(false, "127.0.0.1", server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
