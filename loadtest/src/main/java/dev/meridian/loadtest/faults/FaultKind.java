package dev.meridian.loadtest.faults;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What can happen to a region. */
public enum FaultKind {
  /** SIGKILL to the region that leads, and a new start. */
  KILL_LEADER,
  /** SIGTERM to a region, and a new start at once. */
  RESTART,
  /** SIGSTOP to a region, later SIGCONT. */
  PAUSE,
  /** A region is cut from all others, both ways. */
  CUT,
  /** What one region sends does not arrive at one other. */
  CUT_ONE_WAY,
  /** Everything between regions takes its time; also laid over other faults. */
  DELAY;

  /** As it stands on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Parses {@code all}, {@code none} or a list of labels separated by commas.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Set<FaultKind> parse(String text) {
    return switch (text) {
      case "all" -> EnumSet.allOf(FaultKind.class);
      case "none" -> EnumSet.noneOf(FaultKind.class);
      default ->
          Arrays.stream(text.split(","))
              .map(FaultKind::named)
              .collect(Collectors.toCollection(() -> EnumSet.noneOf(FaultKind.class)));
    };
  }

  private static FaultKind named(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label().equals(label))
        .findFirst()
        .orElseThrow(() -> {
          List<String> labels = Arrays.stream(values()).map(FaultKind::label).toList();
          return new IllegalArgumentException(
              "fault \"" + label + "\" is not known: expected all, none or some of " + labels);
        });
  }
}
