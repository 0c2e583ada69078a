package dev.meridian.node.blobs.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Bytes of one part, or of a small object, on their way to storage. Written by one thread, then
 * read by another, more than once if a request is sent again.
 */
interface PartBytes extends AutoCloseable {

  long length();

  /** Takes some of these bytes, and says how many: 0 when it is full. */
  int write(byte[] bytes, int offset, int count);

  /** All bytes, to be read while nobody writes. */
  InputStream openStream();

  /** Writes all bytes to a request. */
  void writeTo(OutputStream request) throws IOException;

  /** Gives back the memory or disk that the bytes take. */
  @Override
  void close();
}
