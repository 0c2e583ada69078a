package dev.meridian.loadtest.oci;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A user's name and password. */
public record Credentials(String user, String password) {

  /**
   * Parses {@code USER:PASSWORD}; the password may hold colons.
   *
   * @throws IllegalArgumentException when there is no colon
   */
  public static Credentials parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("credentials are not valid: expected USER:PASSWORD");
    }
    return new Credentials(text.substring(0, colon), text.substring(colon + 1));
  }

  /** The value of an {@code Authorization} header (RFC 7617). */
  String basic() {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Override
  public String toString() {
    return user + ":***";
  }
}
