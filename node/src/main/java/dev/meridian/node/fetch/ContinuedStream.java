package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStoreException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A range of a blob from one source, and when that breaks off, the rest of it from another. */
public final class ContinuedStream extends InputStream {

  private static final Logger LOG = LoggerFactory.getLogger(ContinuedStream.class);

  /** Opens what is left. */
  public interface Rest {
    BlobBody open(ByteRange rest);
  }

  private final ByteRange range;
  private final Rest rest;
  private InputStream source;
  private long position;
  private boolean continued;

  /**
   * @param first gives all of the range, unless it breaks off; closed with this stream
   */
  ContinuedStream(InputStream first, ByteRange range, Rest rest) {
    this.source = first;
    this.range = range;
    this.rest = rest;
    this.position = range.first();
  }

  /** Whether the first source broke off. */
  boolean isContinued() {
    return continued;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads what has come.
   *
   * @throws IOException when the second source breaks off too, or cannot be opened
   */
  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (position > range.last()) {
      return -1;
    }
    int count;
    try {
      count = readSource(target, offset, length);
    } catch (IOException e) {
      goOn(e);
      count = readSource(target, offset, length);
    }
    position += count;
    return count;
  }

  private int readSource(byte[] target, int offset, int length) throws IOException {
    try {
      int count = source.read(target, offset, length);
      if (count < 0) {
        throw new EOFException("a copy ended at byte " + position + " of " + range);
      }
      return count;
    } catch (BlobStoreException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private void goOn(IOException failure) throws IOException {
    if (continued) {
      throw failure;
    }
    LOG.warn("a copy broke off at byte {} and is continued from another region", position, failure);
    continued = true;
    closeQuietly();
    try {
      source = rest.open(new ByteRange(position, range.last())).openStream();
    } catch (RuntimeException e) {
      source = InputStream.nullInputStream();
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private void closeQuietly() {
    try {
      source.close();
    } catch (IOException e) {
      LOG.debug("closing what broke off", e);
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
