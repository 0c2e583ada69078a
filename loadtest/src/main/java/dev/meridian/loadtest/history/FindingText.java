package dev.meridian.loadtest.history;

import dev.meridian.loadtest.report.TextTable;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A finding for people. */
public final class FindingText {

  private static final double NANOS_PER_MS = 1e6;

  private FindingText() {}

  /** Ended by a line feed. */
  public static String of(Finding finding) {
    return switch (finding) {
      case Finding.Violation violation -> violation(violation);
      case Finding.WrongAnswer(Operation operation) ->
          "a wrong answer\n" + table(List.of(operation), List.of(operation));
      case Finding.Undecided(String register, String reason) ->
          "whether " + register + " was linearizable is not decided: " + reason + "\n";
    };
  }

  private static String violation(Finding.Violation violation) {
    StringBuilder text = new StringBuilder(violation.register());
    text.append(": no order of these operations explains what was seen\n");
    List<Operation> rows =
        Stream.concat(violation.background().stream(), violation.contradiction().stream())
            .sorted(Comparator.comparingLong(Operation::start))
            .toList();
    text.append(table(rows, List.of(violation.impossible())));
    text.append("Without the one marked > it could be: ")
        .append(String.join(", ", violation.possible()))
        .append(".\n");
    if (violation.uncertain() > 0) {
      text.append("Earlier writes of unknown outcome, which do not explain it either: ")
          .append(violation.uncertain())
          .append(".\n");
    }
    return text.toString();
  }

  private static String table(List<Operation> rows, List<Operation> marked) {
    TextTable table =
        new TextTable(5, " ", "client", "region", "operation", "outcome", "start ms", "end ms");
    for (Operation row : rows) {
      table.add(
          marked.contains(row) ? ">" : " ",
          Integer.toString(row.client()),
          row.region(),
          row.action().text(),
          row.outcome().text(),
          millis(row.start()),
          millis(row.end()));
    }
    return table.toString();
  }

  private static String millis(long nanos) {
    return String.format(Locale.ROOT, "%,.3f", nanos / NANOS_PER_MS);
  }
}
