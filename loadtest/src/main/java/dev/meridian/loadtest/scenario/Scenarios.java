package dev.meridian.loadtest.scenario;

import java.util.List;
import java.util.stream.Collectors;

/** All scenarios. */
public final class Scenarios {

  /** In the order of the documentation. */
  public static final List<Scenario> ALL =
      List.of(
          new ManifestHead(),
          new ManifestGet(),
          new Push(),
          new Pull(),
          new PushChunked(),
          new Mixed(),
          new SameRepository(),
          new Tags(),
          new Catalog(),
          new Mount(),
          new Referrers(),
          new Geo(),
          new ColdHerd());

  private Scenarios() {}

  /**
   * The scenario of a name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Scenario named(String name) {
    return ALL.stream()
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "scenario \"" + name + "\" is not known: expected one of " + names()));
  }

  /** All names, for messages. */
  public static String names() {
    return ALL.stream().map(Scenario::name).collect(Collectors.joining(", "));
  }
}
