package dev.meridian.node.limits;

import java.util.Locale;

/** What is limited. */
public enum LimitClass {
  /** Manifests that were got. */
  PULLS,
  /**
   * Everything else of the registry's API and of the token endpoint, and manifests that were asked
   * for in vain.
   */
  REQUESTS,
  /** Logins that failed. */
  LOGINS;

  /** Its name in settings, metrics and between nodes. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static LimitClass ofLabel(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
