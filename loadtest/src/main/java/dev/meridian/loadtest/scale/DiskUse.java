package dev.meridian.loadtest.scale;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/**
 * What a server has on disk. A checkpoint shares files with the store; these count for the store.
 *
 * @param raftLogBytes of Raft
 * @param storeBytes the database
 * @param checkpointBytes what only checkpoints of the database hold
 * @param blobBytes content of the region
 * @param totalBytes these, and the little that is neither of them
 */
public record DiskUse(
    long raftLogBytes, long storeBytes, long checkpointBytes, long blobBytes, long totalBytes) {

  /** That of a server's data directory, also while the server writes to it. */
  static DiskUse of(Path data) throws IOException {
    Set<Object> counted = new HashSet<>();
    long raftLog = size(data.resolve("raft"), counted);
    long store = size(data.resolve("store"), counted);
    long checkpoints = size(data.resolve("checkpoints"), counted);
    long blobs = size(data.resolve("blobs"), counted);
    long rest = size(data, counted);
    return new DiskUse(
        raftLog, store, checkpoints, blobs, raftLog + store + checkpoints + blobs + rest);
  }

  private static long size(Path directory, Set<Object> counted) throws IOException {
    SizeVisitor visitor = new SizeVisitor(counted);
    Files.walkFileTree(directory, visitor);
    return visitor.size;
  }

  /** Adds up files that were not counted yet, whatever their names. */
  private static final class SizeVisitor extends SimpleFileVisitor<Path> {
    private final Set<Object> counted;
    private long size;

    SizeVisitor(Set<Object> counted) {
      this.counted = counted;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (counted.add(attributes.fileKey())) {
        size += attributes.size();
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE; // the server has removed it meanwhile
      }
      throw failure;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      return failure instanceof NoSuchFileException
          ? FileVisitResult.CONTINUE
          : super.postVisitDirectory(directory, failure);
    }
  }
}
