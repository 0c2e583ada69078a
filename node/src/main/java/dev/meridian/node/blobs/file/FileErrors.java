package dev.meridian.node.blobs.file;

import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;

/** From what a file system throws to {@link BlobStoreException}. */
final class FileErrors {

  private FileErrors() {}

  static BlobStoreException of(String operation, String key, Exception e) {
    Kind kind = kindOf(e);
    return new BlobStoreException(
        kind, "file storage: " + operation + " " + key + ": " + e.getMessage(), e);
  }

  private static Kind kindOf(Exception e) {
    return switch (e) {
      case NoSuchFileException _ -> Kind.NOT_FOUND;
      case AccessDeniedException _ -> Kind.REFUSED;
      case ReadOnlyFileSystemException _ -> Kind.REFUSED;
      case IOException full when isFull(full) -> Kind.FULL;
      default -> Kind.UNAVAILABLE;
    };
  }

  /** The JDK passes on only the text of ENOSPC and EDQUOT. */
  private static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota exceeded");
  }
}
