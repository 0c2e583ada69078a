package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.http.ResponseSink;
import dev.meridian.loadtest.oci.OciClient;
import dev.meridian.loadtest.site.Site;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Pages of 100 at places spread over a long list of generated names. */
record Listing(long seed, int count) {

  static final int PAGE = 100;

  /** Reads a page that follows a name. */
  @FunctionalInterface
  interface PageReader {
    long read(OciClient client, String last, ResponseSink sink) throws IOException;
  }

  /** The name of an entry; names sort as their numbers do. */
  static String name(int index) {
    return "n%07d".formatted(index);
  }

  /** The entry after which a page begins; a full page follows it where the list is long enough. */
  int start(long number) {
    return new SplittableRandom(seed ^ Long.reverse(number)).nextInt(Math.max(1, count - PAGE));
  }

  /** Checks a page before the measurement, and notes when the page's size is ignored. */
  void check(Site site, PageReader reader, String prefix) throws IOException {
    int start = start(0);
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try (OciClient client = site.crew().target().newClient()) {
      reader.read(client, prefix + name(start), page::write);
    }
    String text = page.toString(StandardCharsets.UTF_8);
    if (start + 1 < count && !text.contains('"' + prefix + name(start + 1) + '"')) {
      throw new IOException(
          site.crew().target().name()
              + " does not list "
              + prefix
              + name(start + 1)
              + " in the page after "
              + prefix
              + name(start));
    }
    if (text.contains('"' + prefix + name(start) + '"')) {
      site.note("ignores n and last: every page is the whole list");
    }
  }
}
