package dev.meridian.backup;

import dev.meridian.proto.backup.BackupFile;
import dev.meridian.proto.backup.BackupHeader;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;

/**
 * Writes a backup of the files of one directory.
 *
 * @param header names the files, with their sizes, in the order in which they are written
 * @param directory where they are; they must not change any more
 */
public record BackupWriter(BackupHeader header, Path directory) {

  private static final int CHUNK = 64 << 10;

  /**
   * Checks the header.
   *
   * @throws IllegalArgumentException when it names a file twice or by a path, or is too large
   */
  public BackupWriter {
    BackupFormat.length(header);
  }

  /** Bytes of the whole backup. */
  public long length() {
    return BackupFormat.length(header);
  }

  /**
   * Writes all of it and leaves the stream open.
   *
   * @throws IOException when it cannot be written, or a file is shorter than the header says
   */
  public void write(OutputStream target) throws IOException {
    byte[] head = header.toByteArray();
    MessageDigest whole = BackupFormat.newHash();
    DataOutputStream out = new DataOutputStream(new DigestOutputStream(target, whole));
    out.write(BackupFormat.MAGIC);
    out.writeInt(BackupFormat.VERSION);
    out.writeInt(head.length);
    out.write(head);
    out.write(BackupFormat.soFar(whole));
    for (BackupFile file : header.getFilesList()) {
      write(file, out);
    }
    out.writeInt(header.getFilesCount());
    out.write(BackupFormat.soFar(whole));
    out.flush();
  }

  private void write(BackupFile file, OutputStream out) throws IOException {
    MessageDigest hash = BackupFormat.newHash();
    Path path = directory.resolve(file.getName());
    try (InputStream content = Files.newInputStream(path)) {
      byte[] chunk = new byte[CHUNK];
      long left = file.getSize();
      while (left > 0) {
        int count = content.read(chunk, 0, (int) Math.min(chunk.length, left));
        if (count < 0) {
          throw new EOFException(path + " has " + left + " bytes less than it had");
        }
        hash.update(chunk, 0, count);
        out.write(chunk, 0, count);
        left -= count;
      }
    }
    out.write(hash.digest());
  }
}
