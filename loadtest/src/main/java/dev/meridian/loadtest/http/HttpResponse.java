package dev.meridian.loadtest.http;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A response whose body went by: its head, how many bytes the body had, and of an unsuccessful one
 * the beginning of the body.
 */
public record HttpResponse(int status, String head, long length, byte[] failure) {

  /** The value of the first header of that name, whatever its case. */
  public Optional<String> header(String name) {
    return header(head, name);
  }

  /** The beginning of an error's body; empty for a successful response. */
  public String failureText() {
    return new String(failure, StandardCharsets.UTF_8);
  }

  /** Whether the status is one of 200 to 299. */
  public boolean isSuccessful() {
    return status >= 200 && status < 300;
  }

  // Heads are looked up far less often than they are received: no map is built.
  static Optional<String> header(String head, String name) {
    int line = head.indexOf('\n') + 1;
    while (line > 0 && line < head.length()) {
      int end = head.indexOf('\n', line);
      int colon = line + name.length();
      if (colon < end
          && head.charAt(colon) == ':'
          && head.regionMatches(true, line, name, 0, name.length())) {
        return Optional.of(head.substring(colon + 1, end).strip());
      }
      line = end + 1;
    }
    return Optional.empty();
  }
}
