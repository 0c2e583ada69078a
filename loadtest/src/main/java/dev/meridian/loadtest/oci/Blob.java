package dev.meridian.loadtest.oci;

import dev.meridian.loadtest.http.RequestBody;
import dev.meridian.model.Digest;
import java.io.IOException;
import java.io.OutputStream;

/** Content to push, its digest known beforehand. */
public interface Blob extends RequestBody {

  /** SHA-256 of the whole content. */
  Digest digest();

  /** Writes a part of the content. */
  void writeTo(OutputStream out, long offset, long length) throws IOException;

  @Override
  default void writeTo(OutputStream out) throws IOException {
    writeTo(out, 0, length());
  }

  /** The part that begins at an offset, as the body of a request. */
  default RequestBody part(long offset, long length) {
    Blob whole = this;
    return new RequestBody() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        whole.writeTo(out, offset, length);
      }
    };
  }

  /** A blob held in memory. */
  static Blob of(byte[] content) {
    Digest digest = Digest.of(Digest.Algorithm.SHA256, content);
    return new Blob() {
      @Override
      public Digest digest() {
        return digest;
      }

      @Override
      public long length() {
        return content.length;
      }

      @Override
      public void writeTo(OutputStream out, long offset, long length) throws IOException {
        out.write(content, (int) offset, (int) length);
      }
    };
  }
}
