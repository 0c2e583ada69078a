package dev.meridian.controlplane.cli.client;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * A list in pages; each is asked for when the one before it was used. There is always a first one,
 * which may be empty.
 *
 * @param <T> an item as the server describes it
 */
public final class Pages<T> implements Iterator<List<T>> {

  private static final int PAGE = 500;

  /**
   * What the server answered.
   *
   * @param more whether there are items after these
   */
  public record Page<T>(List<T> items, boolean more) {}

  /** Asks for a page. */
  public interface Source<T> {
    /**
     * The items after this one, or the first ones.
     *
     * @param limit how many at most
     */
    Page<T> after(Optional<T> last, int limit);
  }

  private final Source<T> source;
  private long left;
  private Optional<T> last = Optional.empty();
  private boolean more = true;

  /**
   * @param limit how many items at most
   */
  public Pages(long limit, Source<T> source) {
    this.left = limit;
    this.source = source;
  }

  /** The same pages with each item made into another. */
  public <R> Iterator<List<R>> map(Function<T, R> view) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return Pages.this.hasNext();
      }

      @Override
      public List<R> next() {
        return Pages.this.next().stream().map(view).toList();
      }
    };
  }

  @Override
  public boolean hasNext() {
    return more;
  }

  @Override
  public List<T> next() {
    if (!more) {
      throw new NoSuchElementException("there is no further page");
    }
    Page<T> page = source.after(last, (int) Math.min(left, PAGE));
    left -= page.items().size();
    more = page.more() && !page.items().isEmpty() && left > 0;
    if (more) {
      last = Optional.of(page.items().getLast());
    }
    return page.items();
  }
}
