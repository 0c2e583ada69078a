package dev.meridian.node.blobs.file;

import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import dev.meridian.node.blobs.ObjectKeys;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the files of one session are.
 *
 * @param key of the session and of its object
 * @param bytes file of its bytes while it is unfinished
 * @param object file of its bytes when it is completed
 */
record SessionFiles(String key, Path bytes, FileJournal journal, Path object) {

  private static final String OBJECTS = "objects/";
  private static final String JOURNAL = ".journal";

  static SessionFiles of(Path root, String key) {
    Path bytes = root.resolve("uploads").resolve(uploadName(ObjectKeys.requireSession(key)));
    return new SessionFiles(
        key,
        bytes,
        new FileJournal(bytes.resolveSibling(bytes.getFileName() + JOURNAL)),
        root.resolve(key));
  }

  /** What the names of all unfinished sessions begin with whose keys begin like this. */
  static String uploadName(String key) {
    return key.substring(OBJECTS.length()).replace('/', '-');
  }

  /** The key of the unfinished session whose file of bytes has this name, if it is one's. */
  static String keyOf(String uploadName) {
    return OBJECTS + uploadName.replaceFirst("-", "/");
  }

  static boolean isJournal(String uploadName) {
    return uploadName.endsWith(JOURNAL);
  }

  /** The file of the bytes that this journal is about. */
  static Path bytesOf(Path journal) {
    String name = journal.getFileName().toString();
    return journal.resolveSibling(name.substring(0, name.length() - JOURNAL.length()));
  }

  void requireUnfinished() {
    if (Files.exists(object)) {
      throw notFound("the session was completed");
    }
  }

  BlobStoreException notFound(String why) {
    return new BlobStoreException(Kind.NOT_FOUND, "file storage: " + key + ": " + why);
  }
}
