package dev.meridian.deploy.settings;

import java.util.List;

/**
 * A configuration that cannot be used. The message has one line for each problem, and each line
 * names the file or variable, the path of the setting and what was expected there.
 */
public final class ConfigException extends Exception {

  private static final long serialVersionUID = 1;

  private final List<String> problems;

  ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  ConfigException(String problem) {
    this(List.of(problem));
  }

  /** What is wrong, one sentence each. */
  public List<String> problems() {
    return problems;
  }
}
