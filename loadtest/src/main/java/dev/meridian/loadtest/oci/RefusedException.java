package dev.meridian.loadtest.oci;

import dev.meridian.loadtest.http.HttpResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The registry answered with a status that the request cannot live with. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([A-Z0-9_]{1,64})\"");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");
  private static final int SHOWN = 300;
  private static final long NOT_SAID = -1;

  private final int status;
  private final String kind;
  private final long retryAfterSeconds;

  private RefusedException(String message, int status, String kind, long retryAfterSeconds) {
    super(message);
    this.status = status;
    this.kind = kind;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** The refusal of what a phrase names. */
  static RefusedException of(String what, HttpResponse response) {
    String text = response.failureText().strip();
    Matcher code = CODE.matcher(text);
    String kind = response.status() + (code.find() ? " " + code.group(1) : "");
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    long retryAfter =
        response
            .header("Retry-After")
            .filter(value -> SECONDS.matcher(value).matches())
            .map(Long::parseLong)
            .orElse(NOT_SAID);
    return new RefusedException(
        what + ": " + kind + " " + shown, response.status(), kind, retryAfter);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** After what time the same may succeed, if the registry says so in seconds. */
  public Optional<Duration> retryAfter() {
    return retryAfterSeconds == NOT_SAID
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(retryAfterSeconds));
  }

  /** Status and error code without anything that differs from one request to the next. */
  public String kind() {
    return kind;
  }
}
