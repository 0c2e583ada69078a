package dev.meridian.node.fetch;

import dev.meridian.model.Digest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs of which a part came before all holders were gone. They are kept for an hour, so that a
 * later fetch asks only for the rest, and make room when a blob needs it.
 */
final class PartialBlobs {

  private static final Logger LOG = LoggerFactory.getLogger(PartialBlobs.class);

  private static final Duration KEPT = Duration.ofHours(1);

  /** Each is an open file. */
  private static final int MOST = 100;

  private record Kept(PartialBlob blob, long since) {}

  private final SpoolDirectory spools;
  private final LongSupplier nanoTime;
  private final SequencedMap<Digest, Kept> kept = new LinkedHashMap<>();

  PartialBlobs(SpoolDirectory spools, LongSupplier nanoTime) {
    this.spools = spools;
    this.nanoTime = nanoTime;
  }

  /** What is there of a blob, or a new file for it; empty when there is no room. */
  synchronized Optional<PartialBlob> take(ColdBlob blob) {
    while (!kept.isEmpty() && age(kept.firstEntry().getValue()) > KEPT.toNanos()) {
      drop();
    }
    Kept known = kept.remove(blob.digest());
    if (known != null) {
      known.blob().spool().resume();
      return Optional.of(known.blob());
    }
    Optional<SpoolFile> file = spools.create(blob.size());
    while (file.isEmpty() && !kept.isEmpty()) {
      drop();
      file = spools.create(blob.size());
    }
    return file.map(spool -> new PartialBlob(spool, blob.digest()));
  }

  /** Takes back what a fetch is over with, in the place of what an earlier one had. */
  synchronized void giveBack(ColdBlob blob, PartialBlob partial) {
    Kept earlier = kept.remove(blob.digest());
    if (earlier != null) {
      release(earlier.blob());
    }
    if (!partial.spool().isPartial()) {
      release(partial);
      return;
    }
    kept.put(blob.digest(), new Kept(partial, nanoTime.getAsLong()));
    if (kept.size() > MOST) {
      drop();
    }
  }

  private long age(Kept partial) {
    return nanoTime.getAsLong() - partial.since();
  }

  /** The oldest. */
  private void drop() {
    release(kept.pollFirstEntry().getValue().blob());
  }

  private static void release(PartialBlob partial) {
    try {
      partial.spool().release();
    } catch (IOException e) {
      LOG.warn("closing a spool file", e);
    }
  }
}
