package dev.meridian.node.blobs.file;

import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.FileStamp;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.StoredObject;
import dev.meridian.node.blobs.UploadConflictException;
import dev.meridian.node.blobs.UploadState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * A hold on a session of {@link FileBlobStore}. Bytes go straight to the session's file, from the
 * last mark of its journal on; what follows that mark was never acknowledged and is cut off.
 */
final class FileUpload implements ObjectUpload {

  private static final int BUFFER = 128 << 10;

  private final SessionFiles files;
  private final FileHold hold;
  private final FileJournal journal;
  private Optional<FileJournal.Mark> mark;
  private long length;
  private boolean broken;
  private boolean ended;

  private FileUpload(SessionFiles files, FileHold hold, Optional<FileJournal.Mark> mark) {
    this.files = files;
    this.hold = hold;
    this.journal = files.journal();
    this.mark = mark;
    this.length = mark.map(FileJournal.Mark::length).orElse(0L);
  }

  /** Takes hold of the session, which must stand where the state says. */
  static FileUpload resume(SessionFiles files, UploadState state) throws IOException {
    requireMatch(files, state);
    FileHold hold =
        FileHold.take(files.bytes())
            .orElseThrow(
                () -> new UploadConflictException(state.key() + " is being written by another"));
    boolean resumed = false;
    try {
      // Again, now that nobody else can change it.
      Optional<FileJournal.Mark> mark = requireMatch(files, state);
      FileUpload upload = new FileUpload(files, hold, mark);
      upload.cutToMark();
      resumed = true;
      return upload;
    } finally {
      if (!resumed) {
        hold.close();
      }
    }
  }

  private static Optional<FileJournal.Mark> requireMatch(SessionFiles files, UploadState state)
      throws IOException {
    files.requireUnfinished();
    Optional<FileJournal.Mark> mark = files.journal().last();
    if (mark.isEmpty() && !state.storage().isEmpty()) {
      throw files.notFound("there is no such session");
    }
    boolean matches = mark.map(m -> m.matches(state)).orElse(state.length() == 0);
    if (!matches) {
      throw new UploadConflictException(
          state.key() + " went on since its length was " + state.length());
    }
    return mark;
  }

  private void cutToMark() throws IOException {
    FileChannel channel = hold.channel();
    if (channel.size() < length) {
      throw new IOException(
          "the session's file has " + channel.size() + " bytes where " + length + " were flushed");
    }
    channel.truncate(length);
    channel.position(length);
  }

  @Override
  public void append(InputStream body) throws IOException {
    requireUsable();
    byte[] buffer = new byte[BUFFER];
    for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
      write(ByteBuffer.wrap(buffer, 0, count));
      length += count;
    }
  }

  /** Apart from the reading, so that an exception of the disk is told from one of the client. */
  private void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        hold.channel().write(bytes);
      }
    } catch (IOException e) {
      // Some of these bytes may be in the file, beyond its length.
      broken = true;
      throw FileErrors.of("append to", files.key(), e);
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public UploadState flush(boolean more) {
    requireUsable();
    try {
      if (mark.isEmpty() || mark.get().length() != length) {
        hold.channel().force(true);
        FileJournal.Mark next = FileJournal.Mark.create(length);
        journal.append(next);
        if (mark.isEmpty()) {
          Directories.force(files.bytes().getParent());
        }
        mark = Optional.of(next);
      }
      end();
      return mark.orElseThrow().state(files.key());
    } catch (IOException e) {
      throw FileErrors.of("flush", files.key(), e);
    }
  }

  @Override
  public StoredObject complete() {
    requireUsable();
    try {
      Path object = files.object();
      hold.channel().force(true);
      // Still under the hold, so that it is of the bytes that were written.
      FileStamp stamp = FileStamp.of(files.bytes());
      Directories.create(object.getParent());
      // requireMatch saw, under this hold, that there is no such object yet.
      Files.move(files.bytes(), object, StandardCopyOption.ATOMIC_MOVE);
      Directories.force(object.getParent());
      journal.delete();
      end();
      return new StoredObject(
          files.key(),
          length,
          List.of(),
          Optional.of(new BlobBody.FileBody(object, 0, length, stamp)));
    } catch (IOException e) {
      throw FileErrors.of("complete", files.key(), e);
    }
  }

  @Override
  public void abort() {
    requireOpen();
    try {
      removeSession();
      end();
    } catch (IOException e) {
      throw FileErrors.of("abort", files.key(), e);
    }
  }

  /** The journal first: bytes without it are nobody's, it without bytes would look like a loss. */
  private void removeSession() throws IOException {
    journal.delete();
    Files.deleteIfExists(files.bytes());
  }

  @Override
  public List<String> leftovers() {
    return List.of();
  }

  /** They are in storage, whatever it did not take last. */
  @Override
  public Optional<InputStream> untaken() {
    return Optional.empty();
  }

  @Override
  public void close() {
    if (ended) {
      return;
    }
    try {
      if (mark.isEmpty()) {
        removeSession();
      }
      end();
    } catch (IOException e) {
      throw FileErrors.of("close", files.key(), e);
    }
  }

  private void end() throws IOException {
    ended = true;
    hold.close();
  }

  private void requireUsable() {
    requireOpen();
    if (broken) {
      throw new IllegalStateException("the hold on " + files.key() + " is broken: the disk failed");
    }
  }

  private void requireOpen() {
    if (ended) {
      throw new IllegalStateException("the hold on " + files.key() + " has ended");
    }
  }
}
