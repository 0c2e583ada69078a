package dev.meridian.deploy.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML into nodes that know their lines. Of YAML only what a settings file needs: one
 * document, keys that are given once, no aliases.
 */
final class YamlReader {

  private final String file;
  private final YAMLParser tokens;

  private YamlReader(String file, YAMLParser tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  /**
   * Parses a document.
   *
   * @param file how messages name it
   * @throws ConfigException when it is not YAML, or not a section of keys
   */
  static YamlNode.Mapping parse(String file, String yaml) throws ConfigException {
    try (var tokens =
        (YAMLParser) new YAMLFactory().createParser(ObjectReadContext.empty(), yaml)) {
      return new YamlReader(file, tokens).document();
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new ConfigException(
          file + (line > 0 ? ":" + line : "") + ": not valid YAML: " + lastLine(e));
    }
  }

  /**
   * SnakeYAML explains over several lines; the one that names the fault is unindented, and last.
   */
  private static String lastLine(JacksonException e) {
    return e.getOriginalMessage()
        .lines()
        .filter(line -> !line.startsWith(" "))
        .reduce((first, second) -> second)
        .orElse("unreadable");
  }

  private YamlNode.Mapping document() throws ConfigException {
    if (tokens.nextToken() == null) {
      throw new ConfigException(file + ": is empty: expected the settings of a process");
    }
    if (tokens.currentToken() != JsonToken.START_OBJECT) {
      throw refused("expected keys with values, such as 'cluster: demo'");
    }
    YamlNode.Mapping settings = mapping();
    if (tokens.nextToken() != null) {
      throw refused("a second document: expected only one");
    }
    return settings;
  }

  /** The value at the current token; empty for a key without one. */
  private Optional<YamlNode> value() throws ConfigException {
    if (tokens.isCurrentAlias()) {
      throw refused("an alias ('*" + tokens.getString() + "'): expected the value itself");
    }
    JsonToken token = tokens.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return Optional.of(mapping());
    }
    if (token == JsonToken.START_ARRAY) {
      return Optional.of(sequence());
    }
    return token == JsonToken.VALUE_NULL
        ? Optional.empty()
        : Optional.of(new YamlNode.Scalar(at(), tokens.getString()));
  }

  private YamlNode.Mapping mapping() throws ConfigException {
    String at = at();
    Map<String, YamlNode> entries = new LinkedHashMap<>();
    while (tokens.nextToken() != JsonToken.END_OBJECT) {
      String key = tokens.getString();
      String keyAt = at();
      tokens.nextToken();
      Optional<YamlNode> value = value();
      if (value.isPresent() && entries.put(key, value.get()) != null) {
        throw new ConfigException(keyAt + ": '" + key + "' is given twice: expected once");
      }
    }
    return new YamlNode.Mapping(at, entries);
  }

  private YamlNode.Sequence sequence() throws ConfigException {
    String at = at();
    List<YamlNode> items = new ArrayList<>();
    while (tokens.nextToken() != JsonToken.END_ARRAY) {
      items.add(value().orElseThrow(() -> refused("an empty item of a list: expected a value")));
    }
    return new YamlNode.Sequence(at, items);
  }

  private ConfigException refused(String reason) {
    return new ConfigException(at() + ": " + reason);
  }

  private String at() {
    return file + ":" + tokens.currentTokenLocation().getLineNr();
  }
}
