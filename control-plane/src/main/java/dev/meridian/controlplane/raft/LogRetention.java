package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.disk.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import org.apache.ratis.server.raftlog.RaftLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far back the Raft log is kept, in bytes: entries differ by four orders of magnitude, and what
 * bounds disk and restart (Ratis reads the whole log when it starts) is what they add up to.
 *
 * <p>Behind a checkpoint some of the log stays for the members that are a little behind, and more
 * of it as long as one of them lacks it: an empty one that joins under full load needs, when it has
 * its snapshot, what was written meanwhile.
 */
final class LogRetention {

  private static final Logger log = LoggerFactory.getLogger(LogRetention.class);

  /** A file of the log; the one being written has no end yet. */
  private record Segment(long start, OptionalLong end, long bytes) {}

  private final Path directory;
  private final long keptBytes;
  private final long limitBytes;
  private long purged;

  /** The last purge took entries from under a member; that is said once. */
  private boolean leftBehind;

  /**
   * @param directory where the files are
   * @param keptBytes that stay in any case
   * @param limitBytes that stay at most, although a member lacks them
   */
  LogRetention(Path directory, long keptBytes, long limitBytes) {
    this.directory = directory;
    this.keptBytes = keptBytes;
    this.limitBytes = limitBytes;
  }

  /** Ratis goes on behind this entry, and takes no index before it from now on. */
  void begin(long index) {
    purged = index;
  }

  /**
   * Up to which entry the log may be purged, never less than before; {@link
   * RaftLog#INVALID_LOG_INDEX} when no whole file may go.
   *
   * @param checkpoint entries after this one stay
   * @param slowest newest entry that every member has, as the leader knows it
   */
  long purgeable(long checkpoint, OptionalLong slowest) throws IOException {
    OptionalLong end = newestPurgeable(checkpoint, slowest);
    if (end.isEmpty()) {
      return RaftLog.INVALID_LOG_INDEX;
    }
    purged = Math.max(purged, end.getAsLong());
    return purged;
  }

  private OptionalLong newestPurgeable(long checkpoint, OptionalLong slowest) throws IOException {
    long newer = 0;
    for (Segment segment : newestFirst()) {
      boolean lacking = slowest.isPresent() && last(segment) > slowest.getAsLong();
      if (newer >= (lacking ? limitBytes : keptBytes) && last(segment) <= checkpoint) {
        if (lacking && !leftBehind) {
          log.warn(
              "the Raft log behind entry {} is {} bytes long: it is purged although a member lacks"
                  + " entries after {}; that one gets a snapshot instead",
              last(segment),
              newer,
              slowest.getAsLong());
        }
        leftBehind = lacking;
        return segment.end();
      }
      newer += segment.bytes();
    }
    return OptionalLong.empty();
  }

  /** Size of the files with entries after this one. */
  long bytesAfter(long index) throws IOException {
    return newestFirst().stream()
        .filter(segment -> last(segment) > index)
        .mapToLong(Segment::bytes)
        .sum();
  }

  private static long last(Segment segment) {
    return segment.end().orElse(Long.MAX_VALUE);
  }

  private List<Segment> newestFirst() throws IOException {
    List<Segment> found = new ArrayList<>();
    for (Path file : DurableFiles.list(directory)) {
      String name = file.getFileName().toString();
      Matcher closed = StoredLog.CLOSED.matcher(name);
      Matcher open = StoredLog.OPEN.matcher(name);
      try {
        if (closed.matches()) {
          found.add(
              new Segment(
                  Long.parseLong(closed.group(1)),
                  OptionalLong.of(Long.parseLong(closed.group(2))),
                  Files.size(file)));
        } else if (open.matches()) {
          found.add(
              new Segment(Long.parseLong(open.group(1)), OptionalLong.empty(), Files.size(file)));
        }
      } catch (NoSuchFileException e) {
        // Ratis has closed it, and so renamed it, or has purged it.
        log.debug("{} is gone", file, e);
      }
    }
    found.sort(Comparator.comparingLong(Segment::start).reversed());
    return found;
  }
}
