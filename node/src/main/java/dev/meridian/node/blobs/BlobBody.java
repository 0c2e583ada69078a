package dev.meridian.node.blobs;

import java.io.InputStream;
import java.nio.file.Path;

/** Bytes on their way out; {@code length} of them. */
public sealed interface BlobBody extends AutoCloseable {

  /** How many bytes there are. */
  long length();

  @Override
  void close();

  /** A part of a local file, for zero-copy sending. */
  record FileBody(Path file, long offset, long length) implements BlobBody {
    @Override
    public void close() {
      // Opened by whoever sends it.
    }
  }

  /** A stream that blocks; closing the body closes it. */
  record StreamBody(InputStream stream, long length) implements BlobBody {
    @Override
    public void close() {
      BlobStoreException.closing(stream);
    }
  }
}
