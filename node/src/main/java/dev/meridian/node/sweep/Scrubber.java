package dev.meridian.node.sweep;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.fetch.RegionCopies;
import dev.meridian.node.fetch.Throttle;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.CopyQueries.StoredCopy;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.metadata.Page;
import dev.meridian.node.routing.OwnerSelector;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the copies of a region's storage again, at a pace, and compares them with their digests.
 * When each was last compared is in the metadata plane, so that a restart loses nothing. A copy
 * that is wrong or gone loses its placement: the region then lacks the blob, and gets a good copy
 * where there is one. One that cannot be read although storage answers is left for the next walk,
 * and is as good as wrong then, if another region has the blob. The region's nodes share the work.
 */
public final class Scrubber implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);

  private static final int PAGE = 100;
  private static final int CHUNK = 64 * 1024;

  /** So many unreadable copies are remembered from walk to walk. */
  private static final int MOST_UNREADABLE = 10_000;

  /** From the end of one walk through all copies to the next, at most. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final RegionId region;
  private final RegionCopies copies;
  private final MetadataClient metadata;
  private final BlobStore store;
  private final OwnerSelector owners;
  private final Throttle throttle;
  private final Duration interval;
  private final Counter scrubbed;
  private final Counter failed;
  private final Set<String> unreadable = new HashSet<>();
  private final Thread thread;

  /** What reading a copy found. */
  private enum Finding {
    GOOD,
    /** It is wrong or gone. */
    BAD,
    UNREADABLE
  }

  /**
   * @param copies of the region, whose storage {@code store} is
   * @param throttle what is read in a second
   * @param interval a copy that was compared less than this ago is left alone, in cluster time
   */
  public Scrubber(
      RegionCopies copies,
      MetadataClient metadata,
      BlobStore store,
      OwnerSelector owners,
      Throttle throttle,
      Duration interval,
      MeterRegistry meters) {
    this.region = copies.region();
    this.copies = copies;
    this.metadata = metadata;
    this.store = store;
    this.owners = owners;
    this.throttle = throttle;
    this.interval = interval;
    this.scrubbed =
        Counter.builder("meridian.scrub.bytes")
            .description("Bytes of copies that were compared with their digests")
            .tag("region", region.value())
            .register(meters);
    this.failed =
        Counter.builder("meridian.scrub.unreadable.copies")
            .description("Reads of copies that failed although object storage answered")
            .tag("region", region.value())
            .register(meters);
    this.thread = Thread.ofVirtual().name("scrubber").unstarted(this::run);
  }

  /** Begins to scrub. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(interval.compareTo(LONGEST_PAUSE) < 0 ? interval : LONGEST_PAUSE);
        try {
          walk();
        } catch (BlobStoreException | MetadataUnavailableException e) {
          LOG.warn("scrubbing {} broke off; it goes on later: {}", region, e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the scrubber stops");
    }
  }

  /** Looks at every copy once, and reads those whose turn it is. */
  void walk() {
    Optional<String> last = Optional.empty();
    boolean more = true;
    while (more) {
      Page<StoredCopy> page = metadata.listCopies(region, last, PAGE);
      for (StoredCopy copy : page.items()) {
        if (isDue(copy)) {
          scrub(copy);
        }
        last = Optional.of(copy.objectKey());
      }
      more = page.more() && !page.items().isEmpty();
    }
  }

  private boolean isDue(StoredCopy copy) {
    return owners.owns(copy.digest().toString())
        && metadata.clusterTimeMillis() - copy.verifiedMillis() >= interval.toMillis();
  }

  private void scrub(StoredCopy copy) {
    requireStorage();
    switch (look(copy)) {
      case GOOD -> confirm(copy);
      case BAD -> copies.drop(copy.digest(), copy.objectKey());
      case UNREADABLE -> doubt(copy);
    }
  }

  /** A copy that storage does not give while it is down may well be good. */
  private void requireStorage() {
    if (!copies.storageUp()) {
      throw new BlobStoreException(
          BlobStoreException.Kind.UNAVAILABLE, "object storage does not answer");
    }
  }

  private Finding look(StoredCopy copy) {
    try {
      boolean good = copy.size() == 0 || digestOf(copy).equals(copy.digest());
      return good ? Finding.GOOD : Finding.BAD;
    } catch (BlobStoreException e) {
      return switch (e.kind()) {
        case NOT_FOUND -> Finding.BAD;
        case UNAVAILABLE -> unreadable(copy, e);
        case THROTTLED, FULL, REFUSED -> throw e;
      };
    } catch (IOException e) {
      return unreadable(copy, e);
    }
  }

  private Finding unreadable(StoredCopy copy, Exception failure) {
    if (Thread.currentThread().isInterrupted()) {
      throw new BlobStoreException(
          BlobStoreException.Kind.UNAVAILABLE, "the scrubber stops", failure);
    }
    LOG.warn("object {} of {} cannot be read", copy.objectKey(), region, failure);
    return Finding.UNREADABLE;
  }

  private void confirm(StoredCopy copy) {
    unreadable.remove(copy.objectKey());
    try {
      metadata.execute(
          Caller.NODE,
          new MetadataCommand.AddPlacement(copy.digest(), region, copy.objectKey(), copy.size()));
    } catch (MetadataRejectedException e) {
      LOG.debug("{} was deleted while it was read", copy.digest(), e);
    }
  }

  /** File systems with checksums answer with an error for what has rotted, each time. */
  private void doubt(StoredCopy copy) {
    requireStorage();
    failed.increment();
    if (!unreadable.add(copy.objectKey())) {
      unreadable.remove(copy.objectKey());
      copies.dropUnlessLast(copy.digest(), copy.objectKey());
    } else if (unreadable.size() > MOST_UNREADABLE) {
      unreadable.clear();
    }
  }

  private Digest digestOf(StoredCopy copy) throws IOException {
    MessageDigest hash = copy.digest().algorithm().newMessageDigest();
    try (BlobBody body = store.open(copy.objectKey(), ByteRange.whole(copy.size()));
        InputStream bytes = body.openStream()) {
      byte[] chunk = new byte[CHUNK];
      for (int count = bytes.read(chunk); count >= 0; count = bytes.read(chunk)) {
        throttle.take(count);
        hash.update(chunk, 0, count);
        scrubbed.increment(count);
      }
    }
    return Digest.ofHash(copy.digest().algorithm(), hash.digest());
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
