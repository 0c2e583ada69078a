package dev.meridian.node.http;

import dev.meridian.node.auth.Auth;
import dev.meridian.node.auth.Credentials;
import dev.meridian.node.auth.Login;
import dev.meridian.node.auth.Scope;
import dev.meridian.node.auth.TokenService;
import dev.meridian.node.auth.TokenService.Issued;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.RegistryException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code /token}, by GET with Basic (Distribution, "Token Authentication Specification") and by
 * POST of a form (Distribution, "OAuth2 Token Authentication"); and the keys that sign what it
 * gives.
 */
final class TokenHandler {

  private static final int LARGEST_FORM = 64 << 10;
  private static final String FORM = "application/x-www-form-urlencoded";

  private final Auth auth;

  TokenHandler(Auth auth) {
    this.auth = auth;
  }

  Response handle(Request request) throws IOException {
    if (!auth.settings().required()) {
      throw RegistryError.NO_SUCH_PATH.because("no login is required here: there are no tokens");
    }
    Response answer = request.method().equals("POST") ? post(request) : get(request);
    // Nobody keeps it (RFC 6749, section 5.1).
    return answer.with("Cache-Control", "no-store");
  }

  /** The public keys of tokens. */
  Response keys() {
    return Response.json(200, auth.keys().published())
        .with("Content-Type", "application/jwk-set+json")
        .with("Cache-Control", "max-age=300");
  }

  private Response get(Request request) {
    checkService(request.parameter("service"));
    Login login =
        auth.authenticator().login(request.joinedHeader("Authorization"), request.client());
    boolean offline = request.parameter("offline_token").filter(text -> isTrue(text)).isPresent();
    Issued issued = issue(login, scopes(request.parameters("scope")), offline);
    Map<String, Object> document = document(issued);
    document.put("token", issued.token());
    return Response.json(200, document);
  }

  private Response post(Request request) throws IOException {
    Form form = form(request);
    checkService(form.first("service"));
    Login login =
        switch (form.first("grant_type").orElse("")) {
          case "password" ->
              auth.authenticator()
                  .password(form.required("username"), form.required("password"), request.client());
          case "refresh_token" -> auth.authenticator().refreshToken(form.required("refresh_token"));
          default ->
              throw RegistryError.UNSUPPORTED.because(
                  "grant_type is not valid: expected password or refresh_token");
        };
    boolean offline = form.first("access_type").filter("offline"::equals).isPresent();
    Issued issued = issue(login, scopes(form.all("scope")), offline);
    Map<String, Object> document = document(issued);
    document.put(
        "scope", issued.granted().stream().map(Scope::toString).collect(Collectors.joining(" ")));
    // Clients go on with the one that they have when none comes back.
    return Response.json(200, document);
  }

  private Issued issue(Login login, List<Scope> scopes, boolean offline) {
    Optional<Issued> issued =
        switch (login) {
          case Login.None none ->
              auth.tokens().issue(none.identity(), Credentials.NONE, scopes, offline);
          case Login.ByPassword known ->
              auth.tokens().issue(known.identity(), known.credentials(), scopes, offline);
          // It may be for less than its account may, and ends sooner than one that it got.
          case Login.ByToken known -> throw notByToken();
          case Login.ByExpiredToken expired -> throw notByToken();
          case Login.Refused refused -> throw refused(refused);
        };
    return issued.orElseThrow(() ->
        RegistryError.UNAVAILABLE
            .because("the cluster has no key yet to sign tokens with")
            .with("Retry-After", "1"));
  }

  private static Map<String, Object> document(Issued issued) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("access_token", issued.token());
    document.put("expires_in", issued.life().toSeconds());
    document.put("issued_at", issued.issued().toString());
    issued.refresh().ifPresent(refresh -> document.put("refresh_token", refresh));
    return document;
  }

  private static RegistryException refused(Login.Refused refused) {
    return switch (refused.kind()) {
      case BUSY ->
          RegistryError.UNAVAILABLE
              .because(refused.reason())
              .with("Retry-After", refused.retryAfter().orElse("1"));
      case LIMITED ->
          RegistryError.TOO_MANY_REQUESTS
              .because(refused.reason())
              .with("Retry-After", refused.retryAfter().orElse("1"));
      case PASSWORD, TOKEN, MALFORMED -> unauthorized(refused.reason());
    };
  }

  private static RegistryException notByToken() {
    return unauthorized("a token gets no other tokens: expected a name with its password");
  }

  private static RegistryException unauthorized(String reason) {
    return RegistryError.UNAUTHORIZED
        .because(reason)
        .with("WWW-Authenticate", "Basic realm=\"Meridian\", charset=\"UTF-8\"");
  }

  /** A token for another registry is not ours to give. */
  private void checkService(Optional<String> service) {
    if (service.filter(name -> !name.equals(auth.settings().service())).isPresent()) {
      throw RegistryError.UNSUPPORTED.because(
          "service is not valid: expected " + auth.settings().service());
    }
  }

  /** One a parameter, or several in one, apart by spaces. What is no scope grants nothing. */
  private static List<Scope> scopes(List<String> parameters) {
    List<String> texts =
        parameters.stream()
            .flatMap(parameter -> Arrays.stream(parameter.split(" ")))
            .filter(text -> !text.isEmpty())
            .distinct()
            .limit(TokenService.MOST_SCOPES + 1)
            .toList();
    if (texts.size() > TokenService.MOST_SCOPES) {
      throw RegistryError.UNSUPPORTED.because(
          "the request asks for more than " + TokenService.MOST_SCOPES + " scopes");
    }
    return texts.stream().map(Scope::parse).flatMap(Optional::stream).toList();
  }

  private static boolean isTrue(String text) {
    return text.equals("true") || text.equals("1");
  }

  private static Form form(Request request) throws IOException {
    String type = request.header("Content-Type").orElse("");
    if (!type.split(";", 2)[0].strip().equalsIgnoreCase(FORM)) {
      throw RegistryError.UNSUPPORTED.because("Content-Type is not valid: expected " + FORM);
    }
    byte[] body = request.body().readNBytes(LARGEST_FORM + 1);
    if (body.length > LARGEST_FORM) {
      throw RegistryError.UNSUPPORTED.because("the form is larger than " + LARGEST_FORM + " bytes");
    }
    return Form.parse(new String(body, StandardCharsets.UTF_8));
  }
}
