package dev.meridian.loadtest.oci;

import dev.meridian.loadtest.http.HttpResponse;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The registry answered with a status that the request cannot live with. */
public final class RefusedException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final Pattern CODE = Pattern.compile("\"code\"\\s*:\\s*\"([A-Z0-9_]{1,64})\"");
  private static final int SHOWN = 300;

  private final int status;
  private final String kind;

  private RefusedException(String message, int status, String kind) {
    super(message);
    this.status = status;
    this.kind = kind;
  }

  /** The refusal of what a phrase names. */
  static RefusedException of(String what, HttpResponse response) {
    String text = response.failureText().strip();
    Matcher code = CODE.matcher(text);
    String kind = response.status() + (code.find() ? " " + code.group(1) : "");
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    return new RefusedException(what + ": " + kind + " " + shown, response.status(), kind);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** Status and error code without anything that differs from one request to the next. */
  public String kind() {
    return kind;
  }
}
