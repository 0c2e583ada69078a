package dev.meridian.node.blobs;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Bytes on their way out; {@code length} of them. */
public sealed interface BlobBody extends AutoCloseable {

  /** How many bytes there are. */
  long length();

  /**
   * The bytes, to be read once and closed by the reader; closing it closes the body too. It ends
   * early only when the object is shorter than it was.
   *
   * @throws BlobStoreException with {@code NOT_FOUND} when they went away meanwhile
   */
  InputStream openStream();

  @Override
  void close();

  /**
   * A part of a local file, for zero-copy sending.
   *
   * @param stamp of the file when this was opened
   */
  record FileBody(Path file, long offset, long length, FileStamp stamp) implements BlobBody {
    @Override
    public InputStream openStream() {
      try {
        return BoundedStream.ofFile(file, offset, length);
      } catch (IOException e) {
        throw new BlobStoreException(
            BlobStoreException.Kind.NOT_FOUND, "file storage: " + file + " cannot be opened", e);
      }
    }

    @Override
    public void close() {
      // Opened by whoever sends it.
    }
  }

  /** A stream that blocks; closing the body closes it. */
  record StreamBody(InputStream stream, long length) implements BlobBody {
    @Override
    public InputStream openStream() {
      return stream;
    }

    @Override
    public void close() {
      BlobStoreException.closing(stream);
    }
  }
}
