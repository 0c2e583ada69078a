package dev.meridian.backup;

import dev.meridian.proto.backup.BackupFile;
import dev.meridian.proto.backup.BackupHeader;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The layout of a backup:
 *
 * <pre>
 * head     8 bytes   "MERIDBAK"
 *          number    format, 1
 *          number    length of the header
 *          header    a BackupHeader: of what state this is, and the names and sizes of its files
 *          hash      of the head up to here
 * file     content   as long as the header says; once for each file of the header, in its order
 *          hash      of the content
 * end      number    how many files there were
 *          hash      of the backup up to here
 *
 * number   4 bytes, big-endian
 * hash     SHA-256, 32 bytes
 * </pre>
 *
 * Nothing follows the end. So a backup that lost a byte, or of which one was altered, is not whole,
 * and the hashes tell where. They do not keep anybody from making one up.
 */
final class BackupFormat {

  static final byte[] MAGIC = {'M', 'E', 'R', 'I', 'D', 'B', 'A', 'K'};
  static final int VERSION = 1;
  static final int LARGEST_HEADER = 16 << 20;
  static final int HASH = 32;

  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,254}");

  private BackupFormat() {}

  static MessageDigest newHash() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The hash of what it was given up to now; it may be given more. */
  static byte[] soFar(MessageDigest hash) {
    try {
      return ((MessageDigest) hash.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the hashes of every JDK can be cloned", e);
    }
  }

  /**
   * Length of a backup with this header.
   *
   * @throws IllegalArgumentException when the header is too large, or names its files wrongly
   */
  static long length(BackupHeader header) {
    if (header.getSerializedSize() > LARGEST_HEADER) {
      throw new IllegalArgumentException("it has more than " + LARGEST_HEADER + " bytes");
    }
    Set<String> names = new HashSet<>();
    long length = MAGIC.length + 2 * Integer.BYTES + header.getSerializedSize() + HASH;
    for (BackupFile file : header.getFilesList()) {
      if (!PLAIN_NAME.matcher(file.getName()).matches() || !names.add(file.getName())) {
        throw new IllegalArgumentException(
            "the name of file "
                + (names.size() + 1)
                + " is not valid: expected letters, digits, '.', '_' and '-', and no name twice");
      }
      if (file.getSize() < 0 || file.getSize() > Long.MAX_VALUE - length - 2 * HASH) {
        throw new IllegalArgumentException("the size of file " + file.getName() + " is not valid");
      }
      length += file.getSize() + HASH;
    }
    return length + Integer.BYTES + HASH;
  }
}
