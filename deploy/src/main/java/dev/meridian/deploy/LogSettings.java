package dev.meridian.deploy;

/**
 * What is logged and how.
 *
 * @param level of our own classes; libraries log warnings at most, except at {@code DEBUG}
 */
record LogSettings(Level level, Format format) {

  /** The least that is logged. */
  enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  /** One JSON object a line, or a line to be read by a person. */
  enum Format {
    JSON,
    TEXT
  }
}
