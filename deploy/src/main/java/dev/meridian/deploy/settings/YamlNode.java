package dev.meridian.deploy.settings;

import java.util.List;
import java.util.Map;

/**
 * A value of the configuration as it was written, before it has a type. {@code at} is where it
 * stands, as the first part of an error message: a file with the line, or a variable.
 */
sealed interface YamlNode {

  /** Where the value stands. */
  String at();

  /** What it looks like, for messages. */
  String shape();

  /** A single value; the text as it was written, without quotes. */
  record Scalar(String at, String text) implements YamlNode {
    @Override
    public String shape() {
      return "a single value";
    }
  }

  /** A list. */
  record Sequence(String at, List<YamlNode> items) implements YamlNode {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String shape() {
      return "a list";
    }
  }

  /** Keys with values, in the order of the file; keys without a value are left out. */
  record Mapping(String at, Map<String, YamlNode> entries) implements YamlNode {
    @Override
    public String shape() {
      return "a section of keys";
    }
  }
}
