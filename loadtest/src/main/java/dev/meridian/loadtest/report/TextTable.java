package dev.meridian.loadtest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows in columns that are as wide as they must be: texts to the left, figures to the right. */
public final class TextTable {

  private final int textColumns;
  private final List<List<String>> rows = new ArrayList<>();

  /** An empty table whose first columns are texts. */
  public TextTable(int textColumns, String... head) {
    this.textColumns = textColumns;
    rows.add(List.of(head));
  }

  /** Adds a row with a cell for each column of the head. */
  public void add(String... cells) {
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
    int[] widths =
        IntStream.range(0, rows.getFirst().size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1))
            .toArray();
    return rows.stream()
        .map(row ->
            IntStream.range(0, row.size())
                .mapToObj(i -> (i < textColumns ? "%-" : "%") + widths[i] + "s")
                .collect(Collectors.joining("  "))
                .formatted(row.toArray())
                .stripTrailing())
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
