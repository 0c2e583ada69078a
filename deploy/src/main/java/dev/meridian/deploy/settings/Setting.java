package dev.meridian.deploy.settings;

import java.util.Locale;
import java.util.Optional;

/**
 * One setting of the configuration file.
 *
 * @param path its keys, joined by dots
 * @param fallback what holds when it is not given, as it would be written in a variable; empty: it
 *     has none
 * @param <T> its type in the program
 */
record Setting<T>(String path, SettingType<T> type, Optional<String> fallback) {

  static <T> Setting<T> of(String path, SettingType<T> type, String fallback) {
    return new Setting<>(path, type, Optional.of(fallback));
  }

  static <T> Setting<T> of(String path, SettingType<T> type) {
    return new Setting<>(path, type, Optional.empty());
  }

  /** The environment variable that overrides it. */
  String variable() {
    return "MERIDIAN_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
