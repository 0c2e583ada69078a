package dev.meridian.node.blobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/**
 * By what a local file is known to be as it was: who writes to it or puts another in its place
 * changes its stamp. What rots on the disk does not.
 *
 * @param size in bytes
 * @param identity device and inode, where the file system has such
 */
public record FileStamp(long size, FileTime modified, Object identity) {

  /** The stamp of a file as it is now. */
  public static FileStamp of(Path file) throws IOException {
    BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStamp(now.size(), now.lastModifiedTime(), now.fileKey());
  }
}
