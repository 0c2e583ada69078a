package dev.meridian.node.http;

import dev.meridian.node.http.exchange.Request;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs each request when it is over. Metrics have the names that Distribution's have.
 */
final class AccessRecorder {

  private static final Logger LOG = LoggerFactory.getLogger("dev.meridian.access");

  /** Whatever else a client makes up is counted as one. */
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10)
  };

  private static final Pattern TOKEN = Pattern.compile("(/uploads/[^/.]*)\\.[^/]*");

  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");

  /** What requests are counted by. */
  private record Kind(int status, String handler, String method) {}

  /** The meters of a kind. */
  private record Outcomes(
      Counter requests, Timer duration, DistributionSummary received, DistributionSummary sent) {}

  private final MeterRegistry meters;
  private final Map<Kind, Outcomes> kinds = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> inFlight = new ConcurrentHashMap<>();

  AccessRecorder(MeterRegistry meters) {
    this.meters = meters;
  }

  /** A request came. */
  void begin(Route route) {
    inFlight.computeIfAbsent(route.label(), this::gauge).incrementAndGet();
  }

  /**
   * A request is over.
   *
   * @param status of its answer; 499 when the client did not wait for it, 500 when it broke off
   * @param sent bytes of the answer's content
   */
  void end(Request request, Route route, int status, long sent, Duration took) {
    String method = METHODS.contains(request.method()) ? request.method() : "other";
    Outcomes outcomes =
        kinds.computeIfAbsent(new Kind(status, route.label(), method), this::outcomes);
    outcomes.requests().increment();
    outcomes.duration().record(took);
    outcomes.received().record(request.body().count());
    outcomes.sent().record(sent);
    if (LOG.isInfoEnabled()) {
      LOG.info(
          "{} {} {} {} {} received={} sent={} ms={} id={}",
          request.client().address(),
          request.user(),
          request.method(),
          shown(request.path()),
          status,
          request.body().count(),
          sent,
          took.toMillis(),
          request.id());
    }
    // At last: who sees none in flight finds all of them counted.
    inFlight.get(route.label()).decrementAndGet();
  }

  private Outcomes outcomes(Kind kind) {
    return new Outcomes(
        Counter.builder("registry.http.requests")
            .tags("code", Integer.toString(kind.status()))
            .tags("handler", kind.handler(), "method", kind.method())
            .register(meters),
        Timer.builder("registry.http.request.duration")
            .tags("handler", kind.handler(), "method", kind.method())
            .serviceLevelObjectives(BUCKETS)
            .register(meters),
        size("registry.http.request.size", kind.handler()),
        size("registry.http.response.size", kind.handler()));
  }

  private AtomicInteger gauge(String handler) {
    AtomicInteger running = new AtomicInteger();
    Gauge.builder("registry.http.in.flight.requests", running, AtomicInteger::get)
        .tag("handler", handler)
        .register(meters);
    return running;
  }

  private DistributionSummary size(String name, String handler) {
    return DistributionSummary.builder(name)
        .baseUnit("bytes")
        .tag("handler", handler)
        .register(meters);
  }

  /**
   * Who has an upload's token may write to it, so the log has the id only, also of a path that only
   * resembles a location. What is not printable could write lines of its own.
   */
  static String shown(String path) {
    String shown = path.contains("/uploads/") ? TOKEN.matcher(path).replaceFirst("$1") : path;
    return UNPRINTABLE.matcher(shown).replaceAll("?");
  }
}
