package dev.meridian.loadtest.site;

import dev.meridian.model.ByteSize;
import java.util.List;

/** The sizes of layers, taken in turn. */
public record LayerSizes(String name, List<Long> sizes) {

  private static final long MB = 1_000_000;

  /** Of ten images two have 1 MB, seven 10 MB and one 100 MB, as zot's zb mixes them. */
  public static final LayerSizes MIXED =
      new LayerSizes(
          "mixed",
          List.of(10 * MB, MB, 10 * MB, 10 * MB, 100 * MB, 10 * MB, 10 * MB, MB, 10 * MB, 10 * MB));

  public LayerSizes {
    sizes = List.copyOf(sizes);
  }

  /** All of one size. */
  public static LayerSizes of(ByteSize size) {
    return new LayerSizes(size.toString(), List.of(size.bytes()));
  }

  /**
   * Parses a size such as {@code 10MB}, or {@code mixed}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static LayerSizes parse(String text) {
    return text.equals("mixed")
        ? MIXED
        : new LayerSizes(text, List.of(ByteSize.parse(text).bytes()));
  }

  /** The size of the image of a number. */
  public long of(long number) {
    return sizes.get((int) Math.floorMod(number, (long) sizes.size()));
  }

  /** The sum of a whole turn, in bytes. */
  public long sum() {
    return sizes.stream().mapToLong(Long::longValue).sum();
  }
}
