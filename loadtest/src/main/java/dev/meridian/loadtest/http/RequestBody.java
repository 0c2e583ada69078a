package dev.meridian.loadtest.http;

import java.io.IOException;
import java.io.OutputStream;

/** What a request sends; may be written again when a connection turns out to be stale. */
public interface RequestBody {

  /** How many bytes {@link #writeTo} writes. */
  long length();

  /** Writes the whole body. */
  void writeTo(OutputStream out) throws IOException;

  /** A body held in memory. */
  static RequestBody of(byte[] bytes) {
    return new RequestBody() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
      }
    };
  }
}
