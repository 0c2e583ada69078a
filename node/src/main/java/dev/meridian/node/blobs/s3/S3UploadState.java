package dev.meridian.node.blobs.s3;

import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.UploadState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Where a session stands in the bucket: first the parts of a multipart upload, then a plain object,
 * each if there is one.
 *
 * <pre>
 *   flags (1): 1 parts, 2 parts are closed, 4 tail
 *   parts: writer (14) | number of parts (2) | hash over their tags (16) | length (2) and upload id
 *   tail:  writer (14) | length (8)
 * </pre>
 *
 * A writer is what the object's key has after the session's.
 *
 * @param session key of the session
 * @param length bytes in parts and tail
 */
record S3UploadState(String session, long length, Optional<Parts> parts, Optional<Tail> tail) {

  private static final int PARTS = 1;
  private static final int CLOSED = 2;
  private static final int TAIL = 4;
  private static final int WRITER_BYTES = 14;
  private static final int HASH_BYTES = 16;

  /**
   * An unfinished multipart upload.
   *
   * @param key of the object that it becomes
   * @param hash {@link PartTags#hash}
   * @param closed whether the last part is too small for another to follow it
   */
  record Parts(String key, String uploadId, int count, byte[] hash, boolean closed) {

    boolean matches(PartTags tags) {
      return tags.count() == count && Arrays.equals(tags.hash(), hash);
    }
  }

  /** A plain object with the bytes after the parts; without parts it may become the blob. */
  record Tail(String key, long length) {}

  static S3UploadState decode(UploadState state) {
    String session = ObjectKeys.requireSession(state.key());
    if (state.storage().isEmpty()) {
      return new S3UploadState(session, state.length(), Optional.empty(), Optional.empty());
    }
    byte[] bytes = Base64.getUrlDecoder().decode(state.storage());
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int flags = in.readUnsignedByte();
      Optional<Parts> parts = Optional.empty();
      if ((flags & PARTS) != 0) {
        parts = Optional.of(readParts(in, session, (flags & CLOSED) != 0));
      }
      Optional<Tail> tail = Optional.empty();
      if ((flags & TAIL) != 0) {
        tail = Optional.of(new Tail(readKey(in, session), in.readLong()));
      }
      return new S3UploadState(session, state.length(), parts, tail);
    } catch (IOException e) {
      throw new IllegalArgumentException("the state of " + session + " is cut short", e);
    }
  }

  private static Parts readParts(DataInputStream in, String session, boolean closed)
      throws IOException {
    String key = readKey(in, session);
    int count = in.readUnsignedShort();
    byte[] hash = in.readNBytes(HASH_BYTES);
    String uploadId = new String(in.readNBytes(in.readUnsignedShort()), StandardCharsets.UTF_8);
    return new Parts(key, uploadId, count, hash, closed);
  }

  private static String readKey(DataInputStream in, String session) throws IOException {
    return session + "-" + HexFormat.of().formatHex(in.readNBytes(WRITER_BYTES));
  }

  UploadState encode() {
    if (parts.isEmpty() && tail.isEmpty()) {
      return new UploadState(session, length, "");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      boolean closed = parts.map(Parts::closed).orElse(false);
      out.writeByte(
          (parts.isPresent() ? PARTS : 0) | (closed ? CLOSED : 0) | (tail.isPresent() ? TAIL : 0));
      if (parts.isPresent()) {
        writeParts(out, parts.get());
      }
      if (tail.isPresent()) {
        out.write(writer(tail.get().key()));
        out.writeLong(tail.get().length());
      }
    } catch (IOException e) {
      throw new IllegalStateException("memory takes all bytes", e);
    }
    String storage = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    return new UploadState(session, length, storage);
  }

  private void writeParts(DataOutputStream out, Parts parts) throws IOException {
    byte[] uploadId = parts.uploadId().getBytes(StandardCharsets.UTF_8);
    out.write(writer(parts.key()));
    out.writeShort(parts.count());
    out.write(parts.hash());
    out.writeShort(uploadId.length);
    out.write(uploadId);
  }

  private byte[] writer(String key) {
    return HexFormat.of().parseHex(key.substring(session.length() + 1));
  }
}
