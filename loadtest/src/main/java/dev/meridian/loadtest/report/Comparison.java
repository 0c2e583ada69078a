package dev.meridian.loadtest.report;

import java.util.List;

/** Meridian beside another registry: a verdict for each goal, and the reports that they rest on. */
public record Comparison(
    String with, String storage, List<Verdict> verdicts, List<Report> reports) {

  /** Whether any measured operation failed. */
  public boolean hasErrors() {
    return reports.stream().anyMatch(Report::hasErrors);
  }

  String headline() {
    return "meridian to %s, both on %s storage; ratios of rounds next to each other"
        .formatted(with, storage);
  }
}
