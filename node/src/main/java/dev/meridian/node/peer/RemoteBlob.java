package dev.meridian.node.peer;

import java.io.IOException;
import java.io.InputStream;

/**
 * Bytes of a blob on their way from another node.
 *
 * @param stream blocks, and fails when the other node breaks off, or sends nothing for too long
 * @param length of what the stream has, in bytes
 */
public record RemoteBlob(InputStream stream, long length) implements AutoCloseable {
  @Override
  public void close() throws IOException {
    stream.close();
  }
}
