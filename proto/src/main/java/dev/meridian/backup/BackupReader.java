package dev.meridian.backup;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.meridian.proto.backup.BackupFile;
import dev.meridian.proto.backup.BackupHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;

/** Reads a backup from its first byte to its last, and refuses one that is not whole. */
public final class BackupReader {

  private static final int CHUNK = 64 << 10;

  private final InputStream source;
  private final MessageDigest whole = BackupFormat.newHash();
  private final byte[] chunk = new byte[CHUNK];
  private long position;
  private String length = "";

  private BackupReader(InputStream source) {
    this.source = source;
  }

  /** Where the bytes of a file go. */
  @FunctionalInterface
  private interface Target {
    OutputStream open(String name) throws IOException;
  }

  /**
   * Reads all of it and keeps nothing.
   *
   * @throws BrokenBackupException when it is not whole, or of a format that is not known here
   */
  public static BackupHeader verify(InputStream source) throws IOException, BrokenBackupException {
    return new BackupReader(source).read(name -> OutputStream.nullOutputStream());
  }

  /**
   * Reads all of it and writes its files into a directory that is empty. Only when this returns may
   * they be used.
   *
   * @throws BrokenBackupException when it is not whole, or of a format that is not known here
   */
  public static BackupHeader extract(InputStream source, Path directory)
      throws IOException, BrokenBackupException {
    return new BackupReader(source)
        .read(
            name -> Files.newOutputStream(directory.resolve(name), StandardOpenOption.CREATE_NEW));
  }

  private BackupHeader read(Target target) throws IOException, BrokenBackupException {
    BackupHeader header = readHead();
    for (BackupFile file : header.getFilesList()) {
      try (OutputStream out = target.open(file.getName())) {
        copy(file, out);
      }
    }
    if (readNumber() != header.getFilesCount()) {
      throw altered("its end");
    }
    requireHash(BackupFormat.soFar(whole), "its end");
    if (source.read() >= 0) {
      throw new BrokenBackupException("not a whole backup: something follows its end");
    }
    return header;
  }

  private BackupHeader readHead() throws IOException, BrokenBackupException {
    if (!Arrays.equals(read(BackupFormat.MAGIC.length), BackupFormat.MAGIC)) {
      throw new BrokenBackupException("not a backup: it does not begin as one does");
    }
    int version = readNumber();
    if (version != BackupFormat.VERSION) {
      throw new BrokenBackupException(
          "a backup of format "
              + Integer.toUnsignedString(version)
              + ", which this version of Meridian does not read: expected format "
              + BackupFormat.VERSION);
    }
    int size = readNumber();
    if (size < 0 || size > BackupFormat.LARGEST_HEADER) {
      throw altered("its header");
    }
    byte[] bytes = read(size);
    requireHash(BackupFormat.soFar(whole), "its header");
    try {
      BackupHeader header = BackupHeader.parseFrom(bytes);
      length = " of " + BackupFormat.length(header);
      return header;
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new BrokenBackupException("not a backup: its header is wrong: " + e.getMessage(), e);
    }
  }

  private void copy(BackupFile file, OutputStream out) throws IOException, BrokenBackupException {
    MessageDigest hash = BackupFormat.newHash();
    long left = file.getSize();
    while (left > 0) {
      int count = (int) Math.min(chunk.length, left);
      read(chunk, count);
      hash.update(chunk, 0, count);
      out.write(chunk, 0, count);
      left -= count;
    }
    requireHash(hash.digest(), "its file " + file.getName());
  }

  private void requireHash(byte[] expected, String part) throws IOException, BrokenBackupException {
    if (!Arrays.equals(read(BackupFormat.HASH), expected)) {
      throw altered(part);
    }
  }

  private static BrokenBackupException altered(String part) {
    return new BrokenBackupException("not a whole backup: " + part + " was altered");
  }

  private int readNumber() throws IOException, BrokenBackupException {
    return ByteBuffer.wrap(read(Integer.BYTES)).getInt();
  }

  private byte[] read(int count) throws IOException, BrokenBackupException {
    byte[] bytes = new byte[count];
    read(bytes, count);
    return bytes;
  }

  private void read(byte[] bytes, int count) throws IOException, BrokenBackupException {
    int got = source.readNBytes(bytes, 0, count);
    position += got;
    if (got < count) {
      throw new BrokenBackupException(
          "not a whole backup: it ends after " + position + length + " bytes");
    }
    whole.update(bytes, 0, count);
  }
}
