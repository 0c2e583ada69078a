package dev.meridian.loadtest.report;

import java.util.List;

/** The frame that the charts have in common: size, colours, legend, lines with labels. */
final class Canvas {

  static final int WIDTH = 480;
  static final int HEIGHT = 260;
  static final int LEFT = 60;
  static final int RIGHT = 470;
  static final int TOP = 30;
  static final int BOTTOM = 225;

  // Told apart also by those who do not see red and green (Okabe and Ito).
  private static final List<String> COLOURS =
      List.of("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00");

  private final StringBuilder svg = new StringBuilder();

  Canvas(String label, List<String> names) {
    svg.append("<svg role=\"img\" aria-label=\"").append(label).append("\" width=\"");
    svg.append(WIDTH).append("\" height=\"").append(HEIGHT).append("\" viewBox=\"0 0 ");
    svg.append(WIDTH).append(' ').append(HEIGHT).append("\">");
    double x = LEFT;
    for (int i = 0; i < names.size(); i++) {
      rectangle(x, 8, 12, 12, i, names.get(i));
      text(x + 17, 18, "start", names.get(i));
      x += 40 + 7.0 * names.get(i).length();
    }
  }

  static String colour(int index) {
    return COLOURS.get(index % COLOURS.size());
  }

  void rectangle(double x, double y, double width, double height, int colour, String title) {
    svg.append(
        "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" fill=\"%s\"><title>%s</title></rect>"
            .formatted(
                at(x), at(y), at(width), at(height), colour(colour), HtmlPage.escape(title)));
  }

  void polyline(String points, int colour) {
    svg.append(
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>"
            .formatted(points, colour(colour)));
  }

  /** A level line with its value to the left. */
  void level(double y, String label) {
    svg.append(
        "<line x1=\"%d\" x2=\"%d\" y1=\"%s\" y2=\"%s\" stroke=\"#d9dee7\"/>"
            .formatted(LEFT, RIGHT, at(y), at(y)));
    text(LEFT - 6, y + 4, "end", label);
  }

  /** A label under the chart. */
  void below(double x, String label) {
    text(x, BOTTOM + 17, "middle", label);
  }

  private void text(double x, double y, String anchor, String text) {
    svg.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>"
            .formatted(at(x), at(y), anchor, HtmlPage.escape(text)));
  }

  static String at(double value) {
    return HtmlPage.coordinate(value);
  }

  @Override
  public String toString() {
    return svg + "</svg>";
  }
}
