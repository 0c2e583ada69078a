package dev.meridian.loadtest.oci;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a registry asks for with status 401 (RFC 9110, section 11.6.1). */
record Challenge(String scheme, Map<String, String> parameters) {

  private static final Pattern PARAMETER =
      Pattern.compile("([A-Za-z0-9_-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

  /** Parses a {@code WWW-Authenticate} header; the scheme comes out in lower case. */
  static Challenge parse(String header) {
    String text = header.strip();
    int space = text.indexOf(' ');
    String scheme = (space < 0 ? text : text.substring(0, space)).toLowerCase(Locale.ROOT);
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(space < 0 ? "" : text.substring(space));
    while (matcher.find()) {
      String value = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
      parameters.put(matcher.group(1).toLowerCase(Locale.ROOT), value.replaceAll("\\\\(.)", "$1"));
    }
    return new Challenge(scheme, Map.copyOf(parameters));
  }

  boolean isBasic() {
    return scheme.equals("basic");
  }

  boolean isBearer() {
    return scheme.equals("bearer") && parameters.containsKey("realm");
  }

  /**
   * The query by which a token is asked for: the service, and each scope by itself, as docker
   * clients send them (distribution: "Token Authentication Specification").
   */
  String tokenQuery(Optional<String> account) {
    StringBuilder query = new StringBuilder("service=");
    query.append(encoded(parameters.getOrDefault("service", "")));
    for (String scope : parameters.getOrDefault("scope", "").split(" ")) {
      if (!scope.isEmpty()) {
        query.append("&scope=").append(encoded(scope));
      }
    }
    account.ifPresent(name -> query.append("&account=").append(encoded(name)));
    return query.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
