package dev.meridian.deploy.settings;

/**
 * What is logged and how.
 *
 * @param level of our own classes; libraries log warnings at most, except at {@code DEBUG}
 */
public record LogSettings(Level level, Format format) {

  /** The least that is logged. */
  public enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  /** One JSON object a line, or a line to be read by a person. */
  public enum Format {
    JSON,
    TEXT
  }
}
