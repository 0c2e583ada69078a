package dev.meridian.deploy.settings;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The settings of a process as they were written: those of its file, overridden by the environment.
 * Every one that is given is known and has a value of its type.
 */
final class WrittenSettings {

  /** Variables that begin like ours but belong to others of our programs. */
  private static final Set<String> OTHER_VARIABLES =
      Set.of(
          "MERIDIAN_SERVER",
          "MERIDIAN_CA",
          "MERIDIAN_CERT",
          "MERIDIAN_KEY",
          "MERIDIAN_PASSWORD",
          "MERIDIAN_CONTEXT",
          "MERIDIAN_CONTEXTS");

  /** NAME=VALUE as Kubernetes sets in every pod for a service named {@code meridian...}. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          "MERIDIAN_(?:.*_)?(?:SERVICE_HOST=|SERVICE_PORT(?:_\\w+)?=|PORT=\\w+://"
              + "|PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:ADDR|PORT|PROTO))?=).*");

  private final String file;
  private final Map<String, YamlNode> byPath = new HashMap<>();
  private final List<String> problems = new ArrayList<>();

  private WrittenSettings(String file) {
    this.file = file;
  }

  /**
   * Merges a file and the environment and checks each value by itself.
   *
   * @throws ConfigException with all that is wrong: unknown keys and variables, values that are not
   *     of their type
   */
  static WrittenSettings of(String file, YamlNode.Mapping written, Map<String, String> environment)
      throws ConfigException {
    WrittenSettings settings = new WrittenSettings(file);
    settings.addSection("", written);
    settings.addVariables(new TreeMap<>(environment));
    for (Setting<?> setting : Settings.ALL) {
      if (settings.has(setting)) {
        settings.check(setting);
      }
    }
    if (!settings.problems.isEmpty()) {
      throw new ConfigException(settings.problems);
    }
    return settings;
  }

  /** Whether it was given. */
  boolean has(Setting<?> setting) {
    return byPath.containsKey(setting.path());
  }

  /** Whether any setting below {@code section} was given. */
  boolean hasSection(String section) {
    return byPath.keySet().stream().anyMatch(path -> path.startsWith(section + "."));
  }

  /**
   * What was given, else the fallback.
   *
   * @throws ConfigException when there is neither
   */
  <T> T get(Setting<T> setting) throws ConfigException {
    if (has(setting)) {
      return setting.type().read(setting.path(), byPath.get(setting.path()));
    }
    String fallback =
        setting
            .fallback()
            .orElseThrow(
                () -> refused(setting, "is missing: expected " + setting.type().expected()));
    return setting
        .type()
        .read(setting.path(), setting.type().ofVariable(setting.variable(), fallback));
  }

  /** A problem with a value, or with its absence. */
  ConfigException refused(Setting<?> setting, String reason) {
    String at = has(setting) ? byPath.get(setting.path()).at() : file;
    return new ConfigException(at + ": " + setting.path() + ": " + reason);
  }

  private void check(Setting<?> setting) {
    try {
      get(setting);
    } catch (ConfigException e) {
      problems.addAll(e.problems());
    }
  }

  private void addSection(String section, YamlNode.Mapping written) {
    Map<String, String> known = keysOf(section);
    written
        .entries()
        .forEach((key, value) -> {
          String path = section.isEmpty() ? key : section + "." + key;
          if (!known.containsKey(key)) {
            problems.add(
                value.at() + ": " + path + ": unknown key: expected one of " + named(known));
          } else if (known.get(key).equals(path)) {
            byPath.put(path, value);
          } else if (value instanceof YamlNode.Mapping below) {
            addSection(path, below);
          } else {
            problems.add(
                value.at()
                    + ": "
                    + path
                    + ": "
                    + value.shape()
                    + " is not valid: expected a section with "
                    + named(keysOf(path)));
          }
        });
  }

  /** The keys that a section may have, each with the path of a setting at or below it. */
  private static Map<String, String> keysOf(String section) {
    String prefix = section.isEmpty() ? "" : section + ".";
    return Settings.ALL.stream()
        .map(Setting::path)
        .filter(path -> path.startsWith(prefix))
        .collect(
            Collectors.toMap(
                path -> path.substring(prefix.length()).split("\\.")[0],
                path -> path,
                (first, second) -> first,
                TreeMap::new));
  }

  private static String named(Map<String, String> keys) {
    return String.join(", ", keys.keySet());
  }

  private void addVariables(Map<String, String> environment) {
    Map<String, Setting<?>> known =
        Settings.ALL.stream().collect(Collectors.toMap(Setting::variable, setting -> setting));
    environment.forEach((name, text) -> {
      Setting<?> setting = known.get(name);
      if (setting != null) {
        byPath.put(setting.path(), setting.type().ofVariable(name, text));
      } else if (name.startsWith("MERIDIAN_")
          && !OTHER_VARIABLES.contains(name)
          && !SERVICE_LINK.matcher(name + "=" + text).matches()) {
        problems.add(
            name
                + ": unknown variable: expected MERIDIAN_ and the path of a setting in upper"
                + " case with _, such as "
                + Settings.HTTP_ADDR.variable());
      }
    });
  }
}
