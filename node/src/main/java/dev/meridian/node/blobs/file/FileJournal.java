package dev.meridian.node.blobs.file;

import dev.meridian.node.blobs.UploadState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * How far the bytes of a session are durable: a file beside them that only grows, one record for
 * each flush, of which the last whole one holds. A record that a crash tore fails its checksum.
 *
 * <pre>
 *   record = length (8 bytes) | generation (16 bytes, random) | CRC-32C of both (4 bytes)
 * </pre>
 */
record FileJournal(Path file) {

  private static final int RECORD = 8 + 16 + 4;

  /**
   * One flush.
   *
   * @param generation random, so that a state of this flush can be told from any other
   */
  record Mark(long length, UUID generation) {

    static Mark create(long length) {
      return new Mark(length, UUID.randomUUID());
    }

    UploadState state(String key) {
      return new UploadState(key, length, base64());
    }

    boolean matches(UploadState state) {
      return state.length() == length && state.storage().equals(base64());
    }

    private String base64() {
      byte[] bytes = HexFormat.of().parseHex(generation.toString().replace("-", ""));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
  }

  /** The last flush; empty when there was none. */
  Optional<Mark> last() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    for (int record = bytes.length / RECORD - 1; record >= 0; record--) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, record * RECORD, RECORD);
      Mark mark = new Mark(buffer.getLong(), new UUID(buffer.getLong(), buffer.getLong()));
      if (buffer.getInt() == checksum(bytes, record * RECORD)) {
        return Optional.of(mark);
      }
    }
    return Optional.empty();
  }

  /** Appends a mark and forces it to disk. Only for who holds the session. */
  void append(Mark mark) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(RECORD);
    buffer.putLong(mark.length());
    buffer.putLong(mark.generation().getMostSignificantBits());
    buffer.putLong(mark.generation().getLeastSignificantBits());
    buffer.putInt(checksum(buffer.array(), 0)).flip();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      // Over the torn record of a crash, if there is one: records stay aligned.
      channel.position(channel.size() / RECORD * RECORD);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  private static int checksum(byte[] bytes, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, RECORD - 4);
    return (int) crc.getValue();
  }
}
