package dev.meridian.access;

import java.time.Duration;

/** How long tokens are good. */
public final class TokenLife {

  /** Of a token that gets others; no token is good for longer. */
  public static final Duration REFRESH = Duration.ofDays(30);

  private TokenLife() {}
}
