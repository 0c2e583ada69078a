package dev.meridian.node.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What nodes say to one another when they settle, as text. A report, and the answer with as many
 * lines, or {@code -} where the one who is asked has no such limit:
 *
 * <pre>
 *   limits 1 us-east-5b1c... 17                        97
 *   pulls address 3 97 first 192.0.2.1                 2411
 *   requests account 40 2500 again alice
 *   (class, kind of key, granted, known to be left, whether first told to this owner, key)
 * </pre>
 */
final class SettlementText {

  /** Lines of a report, which keep it under 1 MiB. */
  static final int MOST_LINES = 5_000;

  private static final Pattern HEAD =
      Pattern.compile("limits 1 ([\\x21-\\x7e]{1,200}) (\\d{1,18})");
  private static final Pattern LINE =
      Pattern.compile(
          "(pulls|requests|logins) (address|account) (-?\\d{1,11}) (-?\\d{1,11}) (first|again)"
              + " ([\\x21-\\x7e]{1,128})");
  private static final Pattern ANSWER = Pattern.compile("-|-?\\d{1,11}");

  private SettlementText() {}

  /**
   * What one node tells an owner.
   *
   * @param sender id of the node
   * @param batch its number: one that is sent again has the same
   */
  record Report(String sender, long batch, List<Line> lines) {
    Report {
      lines = List.copyOf(lines);
    }
  }

  /**
   * One limit of one key.
   *
   * @param granted by the sender, not told before
   * @param known what the sender believes is left
   * @param first whether the sender has not heard from this owner before what is left
   */
  record Line(Allowance.Id id, long granted, long known, boolean first) {}

  static String format(Report report) {
    return report.lines().stream()
        .map(SettlementText::format)
        .collect(
            Collectors.joining(
                "", "limits 1 " + report.sender() + " " + report.batch() + "\n", ""));
  }

  private static String format(Line line) {
    return line.id().limitClass().label()
        + " "
        + line.id().key().kind().label()
        + " "
        + line.granted()
        + " "
        + line.known()
        + (line.first() ? " first " : " again ")
        + line.id().key().name()
        + "\n";
  }

  static String formatAnswer(List<OptionalLong> left) {
    return left.stream()
        .map(each -> (each.isPresent() ? each.getAsLong() : "-") + "\n")
        .collect(Collectors.joining());
  }

  /**
   * A report that was received.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Report parse(String text) {
    List<String> lines = lines(text, MOST_LINES + 1);
    Matcher head = matching(HEAD, lines.isEmpty() ? "" : lines.getFirst(), 0);
    List<Line> read = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      Matcher line = matching(LINE, lines.get(i), i);
      read.add(
          new Line(
              new Allowance.Id(
                  LimitClass.ofLabel(line.group(1)),
                  new LimitKey(LimitKey.Kind.ofLabel(line.group(2)), line.group(6))),
              Long.parseLong(line.group(3)),
              Long.parseLong(line.group(4)),
              line.group(5).equals("first")));
    }
    return new Report(head.group(1), Long.parseLong(head.group(2)), read);
  }

  /**
   * An answer that was received.
   *
   * @param count of the lines that it must have
   * @throws IllegalArgumentException when it is none
   */
  static List<OptionalLong> parseAnswer(String text, int count) {
    List<String> lines = lines(text, count);
    if (lines.size() != count) {
      throw new IllegalArgumentException(lines.size() + " lines: expected " + count);
    }
    List<OptionalLong> left = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String line = matching(ANSWER, lines.get(i), i).group();
      left.add(line.equals("-") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(line)));
    }
    return left;
  }

  private static List<String> lines(String text, int most) {
    if (!text.isEmpty() && !text.endsWith("\n")) {
      throw new IllegalArgumentException("the last line does not end: expected whole lines");
    }
    List<String> lines = text.lines().limit(most + 1L).toList();
    if (lines.size() > most) {
      throw new IllegalArgumentException("too many lines: expected at most " + most);
    }
    return lines;
  }

  private static Matcher matching(Pattern pattern, String line, int index) {
    Matcher matcher = pattern.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("line " + (index + 1) + " is malformed");
    }
    return matcher;
  }
}
