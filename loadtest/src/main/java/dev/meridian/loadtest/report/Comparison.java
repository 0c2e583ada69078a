package dev.meridian.loadtest.report;

import java.util.List;

/**
 * Meridian beside something else: a verdict for each goal, the reports that they rest on, and what
 * the machine can do at best, where that was measured.
 */
public record Comparison(
    String with, String storage, List<Verdict> verdicts, List<Report> reports, List<Limit> limits) {

  /** Whether any measured operation failed. */
  public boolean hasErrors() {
    return reports.stream().anyMatch(Report::hasErrors);
  }

  String headline() {
    return "meridian to %s, both on %s storage; ratios of rounds next to each other"
        .formatted(with, storage);
  }
}
