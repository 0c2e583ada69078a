package dev.meridian.loadtest.compare;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** Passes HTTP/1.1 requests of a connection on as they come, and tells their kinds in S3's API. */
final class RequestReader {

  private static final int BUFFER = 64 << 10;
  private static final int LONGEST_HEAD = 64 << 10;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final InputStream in;
  private final OutputStream out;
  private final Consumer<String> seen;

  /**
   * @param seen told the kind of each request before it is passed on
   */
  RequestReader(InputStream in, OutputStream out, Consumer<String> seen) {
    this.in = new BufferedInputStream(in, BUFFER);
    this.out = new BufferedOutputStream(out, BUFFER);
    this.seen = seen;
  }

  /**
   * Returns when the client sends no more.
   *
   * @throws IOException when what it sends is no request with a length that is known
   */
  void passAll() throws IOException {
    for (Optional<String> head = head(); head.isPresent(); head = head()) {
      seen.accept(kind(head.get()));
      out.write(head.get().getBytes(StandardCharsets.ISO_8859_1));
      out.flush(); // the client may wait for a 100 before it sends the body
      passBody(bodyLength(head.get()));
    }
  }

  private Optional<String> head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < END_OF_HEAD.length()) {
      int next = in.read();
      if (next < 0 && head.size() == 0) {
        return Optional.empty();
      }
      if (next < 0 || head.size() > LONGEST_HEAD) {
        throw new EOFException("a request's head has no end");
      }
      head.write(next);
      matched = next == END_OF_HEAD.charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    return Optional.of(head.toString(StandardCharsets.ISO_8859_1));
  }

  private void passBody(long length) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (long left = length; left > 0; ) {
      int count = in.read(buffer, 0, (int) Math.min(left, BUFFER));
      if (count < 0) {
        throw new EOFException("a request's body ends " + left + " bytes early");
      }
      out.write(buffer, 0, count);
      left -= count;
    }
    out.flush();
  }

  private static long bodyLength(String head) throws IOException {
    if (header(head, "transfer-encoding").isPresent()) {
      throw new IOException("a request has no length beforehand: S3 wants one");
    }
    return header(head, "content-length").map(Long::parseLong).orElse(0L);
  }

  /** The method, and what tells requests of one method apart. */
  static String kind(String head) {
    String[] line = head.substring(0, head.indexOf("\r\n")).split(" ");
    String query = line[1].substring(line[1].indexOf('?') + 1);
    String what = "";
    if (header(head, "x-amz-copy-source").isPresent()) {
      what = " copy";
    } else if (query.contains("partNumber=")) {
      what = " part";
    } else if (line[0].equals("POST")) {
      what = query.contains("uploadId=") ? " complete" : query.contains("uploads") ? " begin" : "";
    }
    return line[0] + what;
  }

  private static Optional<String> header(String head, String name) {
    return head.lines()
        .skip(1)
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }
}
