package dev.meridian.controlplane.cli.output;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Values as people read them. */
public final class Figures {

  private static final String[] SIZES = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Figures() {}

  /** {@code 12 ms}, {@code 3.4 s}, {@code 5 m 10 s} or {@code 3 h 4 m}. */
  public static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (Math.abs(millis) < 1000) {
      return millis + " ms";
    }
    if (Math.abs(millis) < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1e3).replace(".0 s", " s");
    }
    if (Math.abs(millis) < 3_600_000) {
      return pair(duration.toMinutes(), "m", Math.abs(duration.toSecondsPart()), "s");
    }
    return pair(duration.toHours(), "h", Math.abs(duration.toMinutesPart()), "m");
  }

  private static String pair(long whole, String unit, long part, String partUnit) {
    return whole + " " + unit + (part == 0 ? "" : " " + part + " " + partUnit);
  }

  /** {@code 512 B}, {@code 1.5 GiB}. */
  public static String bytes(long bytes) {
    double size = bytes;
    String unit = "B";
    for (int i = 0; i < SIZES.length && size >= 1024; i++) {
      size /= 1024;
      unit = SIZES[i];
    }
    return (unit.equals("B") ? Long.toString(bytes) : String.format(Locale.ROOT, "%.1f", size))
        + " "
        + unit;
  }

  /** A thing in a cell of a table: what is not set aside. */
  private static String of(Item item) {
    return item.fields().stream()
        .filter(field -> !field.aside())
        .map(field -> of(field.value()))
        .collect(Collectors.joining(" "));
  }

  static String of(Value value) {
    return switch (value) {
      case Value.Text(String text) -> text.isEmpty() ? "-" : text.replaceAll("\\p{Cntrl}+", " ");
      case Value.Texts(List<String> texts, String none) ->
          texts.isEmpty() ? none : String.join(", ", texts);
      case Value.Rate(long bytes) -> bytes(bytes) + "/s";
      case Value.Unknown() -> "-";
      case Value.Count(long count) -> Long.toString(count);
      case Value.Flag(boolean set) -> set ? "yes" : "no";
      case Value.Millis(long millis) -> duration(Duration.ofMillis(millis));
      case Value.Bytes(long bytes) -> bytes(bytes);
      case Value.Time(Instant instant) -> instant.truncatedTo(ChronoUnit.SECONDS).toString();
      case Value.Items(List<Item> items) ->
          items.isEmpty() ? "-" : items.stream().map(Figures::of).collect(Collectors.joining(", "));
    };
  }
}
