package dev.meridian.controlplane.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Columns under headings, as wide as they must be: texts to the left, figures to the right. Pages
 * are printed as they come, so a later one that needs more room stands out from those before it.
 */
final class TextTable {

  private static final String GAP = "  ";

  private final PrintWriter out;
  private List<Integer> widths = List.of();

  TextTable(PrintWriter out) {
    this.out = out;
  }

  void print(List<Item> page) {
    if (page.isEmpty()) {
      return;
    }
    List<Field> shown = shown(page.getFirst());
    List<String> headings = shown.stream().map(Field::heading).toList();
    List<List<String>> rows = page.stream().map(TextTable::cells).toList();
    boolean first = widths.isEmpty();
    widen(headings, rows);
    if (first) {
      print(shown, headings);
    }
    rows.forEach(row -> print(shown, row));
  }

  private static List<Field> shown(Item item) {
    return item.fields().stream().filter(field -> !field.aside()).toList();
  }

  private static List<String> cells(Item item) {
    return shown(item).stream().map(field -> Figures.of(field.value())).toList();
  }

  private void widen(List<String> headings, List<List<String>> rows) {
    List<Integer> wider = new ArrayList<>();
    for (int i = 0; i < headings.size(); i++) {
      int width = Math.max(headings.get(i).length(), widths.isEmpty() ? 0 : widths.get(i));
      for (List<String> row : rows) {
        width = Math.max(width, row.get(i).length());
      }
      wider.add(width);
    }
    widths = wider;
  }

  private void print(List<Field> shown, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String room = " ".repeat(widths.get(i) - cells.get(i).length());
      boolean right = shown.get(i).value().isFigure();
      line.append(i == 0 ? "" : GAP)
          .append(right ? room : "")
          .append(cells.get(i))
          .append(right ? "" : room);
    }
    out.println(line.toString().stripTrailing());
  }
}
