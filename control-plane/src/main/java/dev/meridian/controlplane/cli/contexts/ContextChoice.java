package dev.meridian.controlplane.cli.contexts;

import java.util.Map;
import java.util.Optional;

/**
 * Which context a run is to use.
 *
 * @param by the option or variable that names it; empty: the file's current one is taken
 * @param named its name; empty: none is to be used, whichever is the current one
 */
public record ContextChoice(Optional<String> by, Optional<String> named) {

  private static final String OPTION = "--context";
  private static final String VARIABLE = "MERIDIAN_CONTEXT";

  /** What the option says, else the variable, else the file. */
  public static ContextChoice of(Optional<String> option, Map<String, String> environment) {
    if (option.isPresent()) {
      return new ContextChoice(Optional.of(OPTION), option.filter(name -> !name.isEmpty()));
    }
    Optional<String> variable =
        Optional.ofNullable(environment.get(VARIABLE)).filter(name -> !name.isEmpty());
    return new ContextChoice(variable.map(_ -> VARIABLE), variable);
  }

  /**
   * The context that is chosen, if one is.
   *
   * @throws IllegalArgumentException when the one that is named is not in the file
   */
  public Optional<ChosenContext> in(ContextsFile file) {
    if (by.isPresent() && named.isEmpty()) {
      return Optional.empty();
    }
    Contexts contexts = file.read();
    if (by.isEmpty()) {
      return contexts
          .current()
          .map(name -> new ChosenContext(name, contexts.get(name), file.path()));
    }
    try {
      ContextName name = ContextName.parse(named.orElseThrow());
      return Optional.of(new ChosenContext(name, contexts.get(name), file.path()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(by.get() + ": " + file + ": " + e.getMessage(), e);
    }
  }

  /** The same where no file can be. */
  public Optional<ChosenContext> inNone() {
    if (named.isPresent()) {
      throw new IllegalArgumentException(
          by.orElseThrow() + ": " + named.get() + ": " + ContextsFile.MISSING);
    }
    return Optional.empty();
  }
}
