package dev.meridian.loadtest.report;

import dev.meridian.loadtest.measure.LoadSettings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A whole run. The first target is what the others are compared with.
 *
 * @param work what was done, in words: the scenario and what was chosen of it
 */
public record Report(
    String scenario,
    String work,
    String startedAt,
    Settings settings,
    Machine machine,
    List<TargetReport> targets,
    List<Ratio> ratios) {

  /**
   * How it was measured.
   *
   * @param ratePerS empty for a closed loop
   */
  public record Settings(
      long seed,
      int connections,
      OptionalDouble ratePerS,
      int warmUpRounds,
      int rounds,
      long roundMs) {}

  /** Puts the targets' figures together. */
  public static Report of(
      String scenario,
      String work,
      Instant started,
      long seed,
      LoadSettings load,
      List<TargetReport> targets) {
    return new Report(
        scenario,
        work,
        started.truncatedTo(ChronoUnit.SECONDS).toString(),
        new Settings(
            seed,
            load.connections(),
            load.rate(),
            load.warmUpRounds(),
            load.rounds(),
            load.round().toMillis()),
        Machine.here(),
        targets,
        Ratio.of(targets));
  }

  /** The same with one more note on each target. */
  public Report withNotes(List<String> notes) {
    List<TargetReport> noted = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      noted.add(targets.get(i).withNote(notes.get(i)));
    }
    return new Report(scenario, work, startedAt, settings, machine, noted, ratios);
  }

  /** Whether any measured operation failed. */
  public boolean hasErrors() {
    return targets.stream().anyMatch(target -> target.errors() > 0);
  }
}
