package dev.meridian.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at files every few seconds and says when one has another content. Reading them finds also
 * what no event tells of: links that were moved, and file systems of other hosts.
 */
final class FileWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);
  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final List<Path> files;
  private final Runnable changed;
  private final Thread thread;
  private List<String> seen;

  private FileWatch(List<Path> files, Runnable changed) {
    this.files = List.copyOf(files);
    this.changed = changed;
    this.seen = contents();
    this.thread = Thread.ofVirtual().name("certificate-watch").unstarted(this::run);
  }

  /**
   * Begins to look.
   *
   * @param changed throws TlsFileException when the files cannot be used as they are
   */
  static FileWatch start(List<Path> files, Runnable changed) {
    FileWatch watch = new FileWatch(files, changed);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(PERIOD);
        look();
      }
    } catch (InterruptedException e) {
      LOG.debug("{} are not watched any more", files);
    }
  }

  private void look() {
    List<String> now = contents();
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      changed.run();
      LOG.info("{} have changed; new connections use them", files);
    } catch (TlsFileException e) {
      LOG.warn("certificates have changed and cannot be used, those before stay in use", e);
    }
  }

  private List<String> contents() {
    return files.stream().map(FileWatch::content).toList();
  }

  private static String content(Path file) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    } catch (IOException e) {
      return e.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
