package dev.meridian.node.blobs.file;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.FileStamp;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectListing;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.UploadState;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * Objects in a directory, which several processes may share:
 *
 * <pre>
 *   objects/&lt;hour&gt;/&lt;session&gt;           a completed object; the path is its key
 *   uploads/&lt;hour&gt;-&lt;session&gt;           bytes of an unfinished session, locked while somebody writes
 *   uploads/&lt;hour&gt;-&lt;session&gt;.journal   how far they are durable: {@link FileJournal}
 *   uploads/.probe
 * </pre>
 *
 * A session's file is created before its journal, and becomes the object by one atomic rename,
 * before which it was forced to disk. After a crash at any point either the session stands as its
 * last flush left it or the object is whole.
 */
public final class FileBlobStore implements BlobStore {

  private final Path root;
  private final Path uploads;

  /**
   * Creates the directories that are missing.
   *
   * @throws BlobStoreException when that fails
   */
  public FileBlobStore(Path root) {
    this.root = root.toAbsolutePath().normalize();
    this.uploads = this.root.resolve("uploads");
    try {
      Files.createDirectories(this.root.resolve("objects"));
      Files.createDirectories(uploads);
    } catch (IOException e) {
      throw FileErrors.of("create directory", this.root.toString(), e);
    }
  }

  @Override
  public UploadState begin(String key) {
    return new UploadState(ObjectKeys.requireSession(key), 0, "");
  }

  @Override
  public ObjectUpload resume(UploadState state) {
    try {
      return FileUpload.resume(SessionFiles.of(root, state.key()), state);
    } catch (IOException e) {
      throw FileErrors.of("resume", state.key(), e);
    }
  }

  @Override
  public UploadState recover(UploadState state) {
    SessionFiles files = SessionFiles.of(root, state.key());
    try {
      files.requireUnfinished();
      Optional<FileJournal.Mark> mark = files.journal().last();
      if (mark.isEmpty() && !state.storage().isEmpty()) {
        throw files.notFound("there is no such session");
      }
      return mark.map(m -> m.state(state.key())).orElseGet(() -> begin(state.key()));
    } catch (IOException e) {
      throw FileErrors.of("recover", state.key(), e);
    }
  }

  @Override
  public BlobBody open(String key, ByteRange range, Duration patience) {
    Path file = object(key);
    try {
      FileStamp stamp = FileStamp.of(file);
      if (range.last() >= stamp.size()) {
        throw new BlobStoreException(
            Kind.NOT_FOUND,
            "file storage: "
                + key
                + " has "
                + stamp.size()
                + " bytes, expected more than "
                + range.last());
      }
      return new BlobBody.FileBody(file, range.first(), range.length(), stamp);
    } catch (IOException e) {
      throw FileErrors.of("open", key, e);
    }
  }

  @Override
  public Optional<Long> size(String key) {
    try {
      return Optional.of(Files.size(object(key)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw FileErrors.of("size of", key, e);
    }
  }

  @Override
  public Optional<URI> presign(String key, Duration life, String contentType) {
    ObjectKeys.requireObject(key);
    return Optional.empty();
  }

  @Override
  public void delete(String key) {
    try {
      Files.deleteIfExists(object(key));
    } catch (IOException e) {
      throw FileErrors.of("delete", key, e);
    }
  }

  @Override
  public ObjectListing list(String hourPrefix, Optional<String> after, int limit) {
    ObjectKeys.requireHour(hourPrefix);
    try {
      FileListing listing = new FileListing(after.orElse(""), limit);
      listing.addObjects(root.resolve(hourPrefix), hourPrefix);
      listing.addUploads(uploads, hourPrefix);
      return listing.page();
    } catch (IOException e) {
      throw FileErrors.of("list", hourPrefix, e);
    }
  }

  @Override
  public void probe() {
    Path file = uploads.resolve(".probe");
    ByteBuffer written = ByteBuffer.wrap(new byte[] {1, 2, 3, 4});
    // Written and read by one descriptor: another process may probe and delete it meanwhile.
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      channel.write(written);
      channel.force(true);
      ByteBuffer read = ByteBuffer.allocate(written.capacity());
      channel.read(read, 0);
      if (!read.flip().equals(written.flip())) {
        throw new IOException("read other bytes than were written");
      }
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw FileErrors.of("probe", file.toString(), e);
    }
  }

  @Override
  public void close() {
    // Holds end with their requests.
  }

  private Path object(String key) {
    return root.resolve(ObjectKeys.requireObject(key));
  }
}
