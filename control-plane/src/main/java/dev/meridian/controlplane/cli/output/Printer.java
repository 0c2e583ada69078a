package dev.meridian.controlplane.cli.output;

import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Prints what a command found or did, in the form that was asked for. Progress ends where output
 * begins.
 */
public final class Printer {

  private final OutputFormat format;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Progress progress;

  /** Results go to {@code out}; {@code err} is told where a table would be empty. */
  public Printer(OutputFormat format, PrintWriter out, PrintWriter err, Progress progress) {
    this.format = format;
    this.out = out;
    this.err = err;
    this.progress = progress;
  }

  /** Prints one thing; for people a line a field, and its lists as tables below. */
  public void item(Item item) {
    progress.close();
    document().ifPresentOrElse(document -> whole(document, item), () -> describe(item));
    out.flush();
  }

  /**
   * Prints a list, each page before the next one is asked for; ends early when nobody reads any
   * more.
   *
   * @param plural the noun's, the key of the array
   */
  public void list(String plural, Iterator<List<Item>> pages) {
    List<Item> first = pages.next();
    progress.close();
    Optional<Document> document = document();
    if (document.isPresent()) {
      list(document.get(), plural, first, pages);
    } else {
      list(new TextTable(out), plural, first, pages);
    }
    out.flush();
  }

  /** {@link #list(String, Iterator)} of what is all there. */
  public void list(String plural, List<Item> items) {
    list(plural, List.of(items).iterator());
  }

  /** Prints what was done: the sentence for people, the thing for programs. */
  public void done(String sentence, Item item) {
    progress.close();
    document().ifPresentOrElse(document -> whole(document, item), () -> out.println(sentence));
    out.flush();
  }

  private Optional<Document> document() {
    return switch (format) {
      case TABLE -> Optional.empty();
      case JSON -> Optional.of(Document.json(out));
      case YAML -> Optional.of(Document.yaml(out));
    };
  }

  private static void whole(Document document, Item item) {
    document.write(item);
    document.close();
  }

  private void describe(Item item) {
    for (Field field : item.fields()) {
      if (!(field.value() instanceof Value.Items)) {
        out.println(field.label() + ": " + Figures.of(field.value()));
      }
    }
    for (Field field : item.fields()) {
      if (field.value() instanceof Value.Items(List<Item> items)) {
        out.println();
        if (items.isEmpty()) {
          out.println("no " + field.label());
        }
        new TextTable(out).print(items);
      }
    }
  }

  private void list(Document document, String plural, List<Item> first, Iterator<List<Item>> rest) {
    document.beginList(plural);
    first.forEach(document::write);
    while (rest.hasNext()) {
      document.flush();
      if (out.checkError()) {
        return;
      }
      rest.next().forEach(document::write);
    }
    document.endList();
    document.close();
  }

  private void list(TextTable table, String plural, List<Item> first, Iterator<List<Item>> rest) {
    if (first.isEmpty()) {
      err.println("no " + plural);
      err.flush();
    }
    table.print(first);
    while (rest.hasNext() && !out.checkError()) {
      table.print(rest.next());
    }
  }
}
