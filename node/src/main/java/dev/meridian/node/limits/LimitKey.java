package dev.meridian.node.limits;

import dev.meridian.model.Digest;
import dev.meridian.node.routing.ClientAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who is counted: an account with all its addresses together, or, without a login, the addresses of
 * one prefix.
 *
 * @param name 1 to 128 printable characters of ASCII without a space
 */
public record LimitKey(Kind kind, String name) {

  /** What the name is of. */
  public enum Kind {
    ADDRESS,
    ACCOUNT;

    /** Its name between nodes. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Kind ofLabel(String label) {
      return valueOf(label.toUpperCase(Locale.ROOT));
    }
  }

  private static final Pattern NAME = Pattern.compile("[\\x21-\\x7e]{1,128}");

  public LimitKey {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the key of a limit: expected 1 to 128 printable characters without a space");
    }
  }

  /** A client that has not logged in. */
  public static LimitKey of(ClientAddress client) {
    return of(Kind.ADDRESS, client.prefix());
  }

  /** Any text that was given as the name of an account, whether there is one or not. */
  public static LimitKey account(String name) {
    return of(Kind.ACCOUNT, name);
  }

  /** What is long or strange is counted by its digest: memory and headers stay bounded. */
  private static LimitKey of(Kind kind, String name) {
    return new LimitKey(
        kind,
        NAME.matcher(name).matches()
            ? name
            : Digest.of(Digest.Algorithm.SHA256, name.getBytes(StandardCharsets.UTF_8)).toString());
  }
}
