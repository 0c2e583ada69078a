package dev.meridian.node.http;

import dev.meridian.node.health.Checks;
import dev.meridian.node.health.HealthState;
import dev.meridian.node.health.RegionHealth;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What load balancers and operators ask. All of it is known already: no answer waits for anything.
 */
final class HealthHandler {

  private final HealthState health;

  HealthHandler(HealthState health) {
    this.health = health;
  }

  Response live(Request request) {
    return checks(request, health.live());
  }

  Response ready(Request request) {
    return checks(request, health.ready());
  }

  Response started(Request request) {
    return checks(request, health.started());
  }

  Response instance() {
    return services(health.instance());
  }

  Response endToEnd() {
    return services(health.endToEnd());
  }

  Response region() {
    RegionHealth region = health.region();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("region", region.region().value());
    body.put("status", region.status().name().toLowerCase(Locale.ROOT));
    body.put("reasons", region.reasons());
    body.put("since", region.since().toString());
    return Response.json(region.status() == RegionHealth.Status.DOWN ? 503 : 200, body);
  }

  /** {@code ok} or the failing checks, one a line; with {@code ?verbose} all of them. */
  private static Response checks(Request request, Checks checks) {
    boolean verbose = request.parameter("verbose").isPresent();
    String lines =
        checks.checks().stream()
            .filter(check -> verbose || !check.ok())
            .map(check -> check.name() + ": " + check.message() + "\n")
            .collect(Collectors.joining());
    return Response.text(checks.ok() ? 200 : 503, lines.isEmpty() ? "ok\n" : lines);
  }

  /** The shape that load balancers' recipes for Quay know. */
  private static Response services(Map<String, Boolean> services) {
    int status = services.values().stream().allMatch(up -> up) ? 200 : 503;
    return Response.json(
        status, Map.of("data", Map.of("services", services), "status_code", status));
  }
}
