package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.disk.DurableFiles;
import dev.meridian.controlplane.disk.Remedy;
import dev.meridian.controlplane.disk.UnfitDataException;
import dev.meridian.controlplane.store.LogPosition;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.server.RaftServerConfigKeys.Log.CorruptionPolicy;
import org.apache.ratis.server.raftlog.segmented.LogSegment;
import org.apache.ratis.server.raftlog.segmented.LogSegmentPath;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * Which entries the files of the Raft log hold, read before Ratis opens it.
 *
 * @param directory where they are
 * @param first index of the first entry
 * @param last index of the last entry; less than {@code first} when there is none
 */
record StoredLog(Path directory, long first, long last) {

  static final Pattern CLOSED = Pattern.compile("log_(\\d+)-(\\d+)");
  static final Pattern OPEN = Pattern.compile("log_inprogress_(\\d+)");

  /** Reads the log; of the closed files only their names. */
  static StoredLog read(Path directory) throws IOException {
    long first = Long.MAX_VALUE;
    long last = -1;
    for (Path file : DurableFiles.list(directory)) {
      String name = file.getFileName().toString();
      Matcher closed = CLOSED.matcher(name);
      Matcher open = OPEN.matcher(name);
      if (closed.matches()) {
        first = Math.min(first, Long.parseLong(closed.group(1)));
        last = Math.max(last, Long.parseLong(closed.group(2)));
      } else if (open.matches()) {
        int entries = countEntries(file);
        if (entries > 0) {
          long start = Long.parseLong(open.group(1));
          first = Math.min(first, start);
          last = Math.max(last, start + entries - 1);
        }
      }
    }
    return new StoredLog(directory, first == Long.MAX_VALUE ? last + 1 : first, last);
  }

  private static int countEntries(Path file) throws IOException {
    // Ratis makes the file before it writes to it, and drops it when it finds it empty.
    LogSegmentPath segment = LogSegmentPath.matchLogSegment(file);
    if (segment == null) {
      return 0;
    }
    return LogSegment.readSegmentFile(
        file.toFile(),
        segment.getStartEnd(),
        RatisProperties.ENTRY_LIMIT,
        CorruptionPolicy.WARN_AND_RETURN,
        null,
        entry -> {});
  }

  /** How many members the newest committed configuration has; empty before there was one. */
  static OptionalInt committedMembers(Path directory) throws IOException {
    Path configuration = directory.resolve("raft-meta.conf");
    if (!Files.exists(configuration)) {
      return OptionalInt.empty();
    }
    try (InputStream in = Files.newInputStream(configuration)) {
      RaftConfigurationProto group = LogEntryProto.parseFrom(in).getConfigurationEntry();
      return OptionalInt.of(group.getPeersCount() + group.getListenersCount());
    } catch (InvalidProtocolBufferException e) {
      throw new IOException(configuration + " is no configuration of a Raft group", e);
    }
  }

  boolean isEmpty() {
    return last < first;
  }

  /**
   * Checks that the store's next entry is one that this log has or may still receive.
   *
   * @param base entry whose snapshot the store began with, -1 if none
   * @throws UnfitDataException when entries between the two are missing
   */
  void verify(LogPosition store, long base, Path dataDirectory) {
    boolean fresh = store.index() == base;
    if (store.index() > last && !fresh) {
      throw new UnfitDataException(
          "the store is at entry "
              + store
              + " but the Raft log "
              + directory
              + (isEmpty() ? " is empty" : " ends at entry " + last)
              + ": entries that this server acknowledged are gone. "
              + remedy(dataDirectory));
    }
    if (!isEmpty() && first > store.index() + 1) {
      throw new UnfitDataException(
          "the store is at entry "
              + store
              + " but the Raft log "
              + directory
              + " begins at entry "
              + first
              + ": the entries between them are gone. "
              + remedy(dataDirectory));
    }
  }

  private static String remedy(Path dataDirectory) {
    return "Restore the files of log and store from the same moment, or "
        + Remedy.startAnew(dataDirectory);
  }
}
