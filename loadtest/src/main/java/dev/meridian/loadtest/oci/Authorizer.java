package dev.meridian.loadtest.oci;

import dev.meridian.loadtest.http.HttpRequest;
import dev.meridian.loadtest.http.HttpResponse;
import dev.meridian.loadtest.http.HttpSession;
import dev.meridian.loadtest.http.Origin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Logs in as docker clients do: nothing is sent before the registry asks; a bearer token is kept
 * for what it was asked for until shortly before it ends; a password is sent with every request
 * once the registry asked for it. Shared by all workers of a target.
 */
public final class Authorizer {

  // distribution: tokens last at least 60 s; a tenth is kept back for clocks and long requests.
  private static final long SHORTEST_LIFE_S = 60;
  private static final JsonMapper JSON = new JsonMapper();

  private final Optional<Credentials> credentials;
  private final Map<String, Grant> grants = new ConcurrentHashMap<>();

  private record Grant(String header, long endNanos) {
    boolean isOver() {
      return System.nanoTime() - endNanos > 0;
    }
  }

  /** Without credentials anonymous tokens are asked for. */
  public Authorizer(Optional<Credentials> credentials) {
    this.credentials = credentials;
  }

  /** The header to send for a purpose, such as {@code pull of a/b}; empty when none is needed. */
  Optional<String> header(String purpose) {
    Grant grant = grants.get(purpose);
    return grant == null || grant.isOver() ? Optional.empty() : Optional.of(grant.header);
  }

  /**
   * Obtains what a 401 asks for.
   *
   * @param rejected the header that the refused request bore
   * @return whether the request is worth another try
   * @throws IOException when the token service cannot be reached or refuses
   */
  boolean answer(
      HttpSession session, HttpResponse refusal, String purpose, Optional<String> rejected)
      throws IOException {
    Challenge challenge = Challenge.parse(refusal.header("WWW-Authenticate").orElse(""));
    Optional<String> current = header(purpose);
    if (current.isPresent() && !current.equals(rejected)) {
      return true; // another worker was faster
    }
    if (challenge.isBearer()) {
      grants.put(purpose, token(session, challenge));
      return true;
    }
    if (challenge.isBasic() && credentials.isPresent() && rejected.isEmpty()) {
      grants.put(
          purpose, new Grant(credentials.get().basic(), Long.MAX_VALUE / 2 + System.nanoTime()));
      return true;
    }
    return false;
  }

  private Grant token(HttpSession session, Challenge challenge) throws IOException {
    URI realm = URI.create(challenge.parameters().get("realm"));
    String path = realm.getRawPath().isEmpty() ? "/" : realm.getRawPath();
    String before = realm.getRawQuery() == null ? "?" : "?" + realm.getRawQuery() + "&";
    HttpRequest request =
        HttpRequest.of(
            "GET", path + before + challenge.tokenQuery(credentials.map(Credentials::user)));
    if (credentials.isPresent()) {
      request = request.with("Authorization", credentials.get().basic());
    }
    long asked = System.nanoTime();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    HttpResponse response = session.send(Origin.of(realm), request, body::write);
    if (!response.isSuccessful()) {
      throw RefusedException.of("token from " + realm, response);
    }
    try {
      JsonNode json = JSON.readTree(body.toByteArray());
      String token = json.path("token").asString(json.path("access_token").asString(""));
      long life = Math.max(SHORTEST_LIFE_S, json.path("expires_in").asLong(SHORTEST_LIFE_S));
      return new Grant("Bearer " + token, asked + life * 900_000_000L);
    } catch (JacksonException e) {
      throw new IOException("token service " + realm + " did not answer with JSON", e);
    }
  }
}
