package dev.meridian.controlplane.cli.output;

import java.util.Locale;

/** In which form results are printed; written in lower case on the command line. */
public enum OutputFormat {
  TABLE,
  JSON,
  YAML;

  /**
   * Parses {@code table}, {@code json} or {@code yaml}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static OutputFormat parse(String text) {
    for (OutputFormat format : values()) {
      if (format.toString().equals(text)) {
        return format;
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a format: expected table, json or yaml");
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
