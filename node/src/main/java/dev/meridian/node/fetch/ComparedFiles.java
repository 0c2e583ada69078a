package dev.meridian.node.fetch;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.meridian.model.Digest;
import dev.meridian.node.blobs.BlobBody.FileBody;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Which local files this node itself has lately compared with their digests, or written as their
 * bytes matched them. Bounded: to forget one costs another comparison, and nothing else.
 *
 * <p>What rots between two comparisons is not noticed here, as long as the file's stamp stays.
 */
public final class ComparedFiles {

  /** Some 10 MiB. */
  private static final long FILES = 20_000;

  private static final Duration LONGEST = Duration.ofDays(1);

  private final Cache<Digest, FileBody> files;

  /**
   * @param interval in which copies are compared; a day at most counts
   * @param nanos a clock as {@link System#nanoTime}
   */
  public ComparedFiles(Duration interval, LongSupplier nanos) {
    this.files =
        Caffeine.newBuilder()
            .maximumSize(FILES)
            .expireAfterWrite(interval.compareTo(LONGEST) < 0 ? interval : LONGEST)
            .ticker(nanos::getAsLong)
            .build();
  }

  /** Whether a whole file was compared with this digest, and is as it was then. */
  boolean holds(Digest digest, FileBody file) {
    return file.equals(files.getIfPresent(digest));
  }

  /** A whole file matches a digest. */
  void add(Digest digest, FileBody file) {
    files.put(digest, file);
  }
}
