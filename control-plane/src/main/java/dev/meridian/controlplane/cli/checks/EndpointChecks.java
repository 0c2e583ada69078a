package dev.meridian.controlplane.cli.checks;

import dev.meridian.controlplane.cli.client.ServerTrust;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whether public endpoints say that they and their regions are well. */
public final class EndpointChecks {

  private static final int OK = 200;

  private final Duration timeout;
  private final ServerTrust trust;

  /**
   * @param timeout of each request
   * @param trust in certificates of endpoints
   */
  public EndpointChecks(Duration timeout, ServerTrust trust) {
    this.timeout = timeout;
    this.trust = trust;
  }

  /** The checks of one endpoint. */
  public List<Check> of(URI registry) {
    List<Check> checks = new ArrayList<>();
    HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(timeout);
    trust.https().ifPresent(builder::sslContext);
    try (HttpClient client = builder.build()) {
      checks.add(ready(registry, get(client, registry, "/readyz")));
      checks.add(region(registry, get(client, registry, "/health/region")));
    } catch (IOException e) {
      checks.add(
          Check.fail(
              "registry",
              registry.toString(),
              "cannot be reached: " + why(e),
              "start the node, or mend the way to it"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      checks.add(Check.fail("registry", registry.toString(), "interrupted", "run it again"));
    }
    return checks;
  }

  /** The client of java.net.http leaves some of its exceptions without a message. */
  private static String why(IOException e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (each instanceof UnresolvedAddressException) {
        return "its name cannot be resolved";
      }
      if (each.getMessage() != null) {
        return each.getMessage();
      }
    }
    return e instanceof ConnectException ? "the connection is refused" : e.toString();
  }

  private HttpResponse<String> get(HttpClient client, URI registry, String path)
      throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(registry.resolve(path)).timeout(timeout).build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static Check ready(URI registry, HttpResponse<String> answer) {
    return answer.statusCode() == OK
        ? Check.ok("ready", registry.toString(), "takes clients")
        : Check.fail(
            "ready",
            registry.toString(),
            answer.statusCode() + " " + answer.body().strip(),
            "see " + registry.resolve("/readyz?verbose"));
  }

  private static Check region(URI registry, HttpResponse<String> answer) {
    try {
      JsonNode health = JsonMapper.shared().readTree(answer.body());
      String status = health.path("status").asString("");
      String detail = health.path("region").asString("") + " is " + status;
      List<String> reasons = new ArrayList<>();
      health.path("reasons").forEach(reason -> reasons.add(reason.asString()));
      if (!reasons.isEmpty()) {
        detail += ": " + String.join(", ", reasons);
      }
      return switch (status) {
        case "ok" -> Check.ok("region", registry.toString(), detail);
        case "degraded" ->
            Check.warn("region", registry.toString(), detail, "clients are served; mend the cause");
        case "down" ->
            Check.fail("region", registry.toString(), detail, "send clients to another region");
        default -> notOurs(registry, answer);
      };
    } catch (JacksonException e) {
      return notOurs(registry, answer);
    }
  }

  private static Check notOurs(URI registry, HttpResponse<String> answer) {
    return Check.fail(
        "region",
        registry.toString(),
        "/health/region answers " + answer.statusCode() + " without a region's health",
        "is this a Meridian node?");
  }
}
