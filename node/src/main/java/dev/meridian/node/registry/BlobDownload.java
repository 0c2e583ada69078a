package dev.meridian.node.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;

/** How a client gets the bytes of a blob. Closed by whoever sends it. */
public sealed interface BlobDownload extends AutoCloseable {

  @Override
  default void close() {}

  /** A part of a local file, sent without copying. */
  record FromFile(Path file, long offset, long length) implements BlobDownload {}

  /** {@code length} bytes of a stream that blocks. */
  record FromStream(InputStream stream, long length) implements BlobDownload {
    @Override
    public void close() {
      try {
        stream.close();
      } catch (IOException e) {
        throw new UncheckedIOException("closing the stream of a blob", e);
      }
    }
  }

  /** The client fetches it from object storage itself. */
  record InStorage(URI location) implements BlobDownload {}

  /** The client fetches it from the nodes of another region. */
  record InRegion(URI location) implements BlobDownload {}
}
