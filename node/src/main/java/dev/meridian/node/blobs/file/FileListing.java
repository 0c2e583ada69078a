package dev.meridian.node.blobs.file;

import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectListing;
import dev.meridian.node.blobs.UploadState;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The smallest keys after a given one, taken from directories in whatever order they come; never
 * more than a page and one in memory.
 */
final class FileListing {

  private enum Found {
    OBJECT,
    UNFINISHED
  }

  private final String after;
  private final int limit;
  private final TreeMap<String, Found> smallest = new TreeMap<>();

  FileListing(String after, int limit) {
    this.after = after;
    this.limit = limit;
  }

  /** Adds the completed objects of an hour. */
  void addObjects(Path directory, String hourPrefix) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        offer(hourPrefix + file.getFileName(), Found.OBJECT);
      }
    } catch (NoSuchFileException e) {
      // Nothing was completed in that hour.
    }
  }

  /** Adds the unfinished sessions of an hour. */
  void addUploads(Path directory, String hourPrefix) throws IOException {
    String names = SessionFiles.uploadName(hourPrefix) + "*";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, names)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!SessionFiles.isJournal(name)) {
          offer(SessionFiles.keyOf(name), Found.UNFINISHED);
        } else if (Files.notExists(SessionFiles.bytesOf(file))) {
          // Bytes are created before their journal: a crash came between the rename of a completed
          // object and the end of its journal.
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private void offer(String key, Found found) {
    // What somebody else put into the directory is none of ours.
    if (ObjectKeys.isObject(key) && key.compareTo(after) > 0) {
      // An object that is completed between the two directories is an object.
      smallest.putIfAbsent(key, found);
      if (smallest.size() > limit + 1) {
        smallest.pollLastEntry();
      }
    }
  }

  ObjectListing page() {
    boolean more = smallest.size() > limit;
    if (more) {
      smallest.pollLastEntry();
    }
    List<String> objects = new ArrayList<>();
    List<UploadState> unfinished = new ArrayList<>();
    smallest.forEach((key, found) -> {
      switch (found) {
        case OBJECT -> objects.add(key);
        case UNFINISHED -> unfinished.add(new UploadState(key, 0, ""));
      }
    });
    return new ObjectListing(objects, unfinished, more);
  }
}
