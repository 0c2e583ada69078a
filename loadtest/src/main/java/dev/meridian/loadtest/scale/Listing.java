package dev.meridian.loadtest.scale;

import dev.meridian.loadtest.http.ResponseSink;
import dev.meridian.loadtest.oci.OciClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A long list whose entries are known, of which pages are read.
 *
 * @param name also what its JSON calls it
 * @param size how many entries it has
 * @param entry by number, in the order of the list
 */
record Listing(String name, int size, IntFunction<String> entry, PageReader reader) {

  static final int PAGE = 100;
  private static final JsonMapper JSON = new JsonMapper();

  /** Reads a page that follows an entry, or the first where that is empty. */
  @FunctionalInterface
  interface PageReader {
    void read(OciClient client, String last, ResponseSink sink) throws IOException;
  }

  /** A page by the number of its first entry. */
  record Page(String name, int start) {}

  /** The tags of the first repository. */
  static Listing tags(int size) {
    return new Listing(
        "tags",
        size,
        number -> Content.tag(number).value(),
        (client, last, sink) -> client.tags(Content.repository(0), PAGE, last, sink));
  }

  /** All repositories. */
  static Listing catalog(int size) {
    return new Listing(
        "repositories",
        size,
        number -> Content.repository(number).value(),
        (client, last, sink) -> client.catalog(PAGE, last, sink));
  }

  /** The first page, one that begins in the middle, and the last full one. */
  List<Page> pages() {
    return List.of(
        new Page("first", 0),
        new Page("middle", size / 2),
        new Page("last", Math.max(0, size - PAGE)));
  }

  /**
   * Reads a page and checks it.
   *
   * @return how long reading took, in nanoseconds
   * @throws IOException when the page is refused, or is another one
   */
  long read(OciClient client, Page page) throws IOException {
    String last = page.start() == 0 ? "" : entry.apply(page.start() - 1);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    long begin = System.nanoTime();
    reader.read(client, last, body::write);
    long end = System.nanoTime();
    check(page, body.toByteArray());
    return end - begin;
  }

  private void check(Page page, byte[] body) throws IOException {
    List<String> expected =
        IntStream.range(page.start(), Math.min(size, page.start() + PAGE)).mapToObj(entry).toList();
    List<String> found;
    try {
      found =
          StreamSupport.stream(JSON.readTree(body).path(name).spliterator(), false)
              .map(JsonNode::asString)
              .toList();
    } catch (JacksonException e) {
      throw new IOException(describe(page) + " is not JSON", e);
    }
    if (!found.equals(expected)) {
      throw new IOException(describe(page) + " is " + found + ", expected " + expected);
    }
  }

  private String describe(Page page) {
    return "the " + page.name() + " page of " + name;
  }
}
