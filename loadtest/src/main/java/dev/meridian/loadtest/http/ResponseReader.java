package dev.meridian.loadtest.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads responses from a connection (RFC 9112): heads, bodies by length, in chunks, to the end. */
final class ResponseReader {

  private static final int BUFFER = 128 << 10;
  private static final int LONGEST_FAILURE = 4 << 10;

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private boolean untouched = true;
  private boolean reusable = true;

  ResponseReader(InputStream in) {
    this.in = in;
  }

  /** Whether no byte has come since the last response. */
  boolean isUntouched() {
    return untouched;
  }

  /** Whether another response may follow on the connection. */
  boolean isReusable() {
    return reusable;
  }

  HttpResponse read(boolean headOnly, ResponseSink sink) throws IOException {
    untouched = position == limit;
    String head = readHead();
    int status = status(head);
    while (status >= 100 && status < 200) {
      head = readHead();
      status = status(head);
    }
    FailureSink failure = new FailureSink();
    ResponseSink taker = status >= 200 && status < 300 ? sink : failure;
    long length = 0;
    if (!headOnly && status != 204 && status != 304) {
      length = readBody(head, taker);
    }
    boolean closes = HttpResponse.header(head, "Connection").orElse("").equalsIgnoreCase("close");
    reusable = reusable && !closes && head.startsWith("HTTP/1.1");
    untouched = true;
    return new HttpResponse(status, head, length, failure.bytes());
  }

  private long readBody(String head, ResponseSink sink) throws IOException {
    if (HttpResponse.header(head, "Transfer-Encoding").orElse("").equalsIgnoreCase("chunked")) {
      return readChunks(sink);
    }
    String length = HttpResponse.header(head, "Content-Length").orElse("");
    if (!length.isEmpty()) {
      long size = number(length, 10);
      pass(size, sink);
      return size;
    }
    reusable = false;
    return passAll(sink);
  }

  private long readChunks(ResponseSink sink) throws IOException {
    long total = 0;
    while (true) {
      String line = readLine();
      int semicolon = line.indexOf(';');
      long size = number((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
      if (size == 0) {
        while (!readLine().isEmpty()) {
          // trailer fields say nothing that is measured
        }
        return total;
      }
      pass(size, sink);
      total += size;
      readLine();
    }
  }

  private void pass(long size, ResponseSink sink) throws IOException {
    long left = size;
    while (left > 0) {
      fillIfEmpty();
      int piece = (int) Math.min(left, limit - position);
      sink.accept(buffer, position, piece);
      position += piece;
      left -= piece;
    }
  }

  private long passAll(ResponseSink sink) throws IOException {
    long total = 0;
    while (position < limit || fill() > 0) {
      sink.accept(buffer, position, limit - position);
      total += limit - position;
      position = limit;
    }
    return total;
  }

  /** The status line and the header lines, ended by an empty line that is left out. */
  private String readHead() throws IOException {
    int scanned = position;
    while (true) {
      for (; scanned < limit; scanned++) {
        if (buffer[scanned] == '\n' && isEmptyLineBefore(scanned)) {
          String head =
              new String(buffer, position, scanned - position, StandardCharsets.ISO_8859_1);
          position = scanned + 1;
          return head;
        }
      }
      int seen = scanned - position;
      compact();
      fillMore();
      scanned = position + seen;
    }
  }

  private boolean isEmptyLineBefore(int lineFeed) {
    int before = lineFeed - 1;
    if (before > position && buffer[before] == '\r') {
      before--;
    }
    return before > position && buffer[before] == '\n';
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder(16);
    while (true) {
      fillIfEmpty();
      char c = (char) (buffer[position++] & 0xff);
      if (c == '\n') {
        return line.toString().stripTrailing();
      }
      line.append(c);
    }
  }

  private void compact() {
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
  }

  private void fillIfEmpty() throws IOException {
    if (position == limit) {
      position = 0;
      limit = 0;
      fillMore();
    }
  }

  private void fillMore() throws IOException {
    if (limit == buffer.length) {
      throw new ProtocolException("head of a response is longer than " + BUFFER + " bytes");
    }
    if (fill() < 0) {
      throw new EOFException("connection ended inside a response");
    }
  }

  private int fill() throws IOException {
    if (position == limit) {
      position = 0;
      limit = 0;
    }
    int count = in.read(buffer, limit, buffer.length - limit);
    if (count > 0) {
      limit += count;
      untouched = false;
    }
    return count;
  }

  private static int status(String head) throws IOException {
    if (!head.startsWith("HTTP/1.") || head.length() < 12) {
      throw new ProtocolException(
          "expected an HTTP/1.1 status line, got " + head.lines().findFirst());
    }
    return (int) number(head.substring(9, 12), 10);
  }

  private static long number(String digits, int radix) throws IOException {
    try {
      return Long.parseUnsignedLong(digits, radix);
    } catch (NumberFormatException e) {
      throw new IOException("expected a number in a response's framing, got \"" + digits + "\"", e);
    }
  }

  /** Keeps the beginning of an error's body, for the message. */
  private static final class FailureSink implements ResponseSink {
    private byte[] kept = new byte[0];

    @Override
    public void accept(byte[] bytes, int offset, int length) {
      int more = Math.min(length, LONGEST_FAILURE - kept.length);
      if (more > 0) {
        int end = kept.length;
        kept = Arrays.copyOf(kept, end + more);
        System.arraycopy(bytes, offset, kept, end, more);
      }
    }

    byte[] bytes() {
      return kept;
    }
  }
}
