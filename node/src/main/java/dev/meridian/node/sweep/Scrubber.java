package dev.meridian.node.sweep;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.fetch.Throttle;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.CopyQueries.StoredCopy;
import dev.meridian.node.metadata.Freshness;
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
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the copies of a region's storage again, at a pace, and compares them with their digests.
 * When each was last compared is in the metadata plane, so that a restart loses nothing. A copy
 * that is wrong or gone loses its placement: the region then lacks the blob, and gets a good copy
 * where there is one. The region's nodes share the work.
 */
public final class Scrubber implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Scrubber.class);

  private static final int PAGE = 100;
  private static final int CHUNK = 64 * 1024;

  /** From the end of one walk through all copies to the next, at most. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final RegionId region;
  private final MetadataClient metadata;
  private final BlobStore store;
  private final OwnerSelector owners;
  private final Throttle throttle;
  private final Duration interval;
  private final Counter scrubbed;
  private final Counter bad;
  private final Thread thread;

  /**
   * @param throttle what is read in a second
   * @param interval a copy that was compared less than this ago is left alone, in cluster time
   */
  public Scrubber(
      RegionId region,
      MetadataClient metadata,
      BlobStore store,
      OwnerSelector owners,
      Throttle throttle,
      Duration interval,
      MeterRegistry meters) {
    this.region = region;
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
    this.bad =
        Counter.builder("meridian.scrub.bad.copies")
            .description("Copies that did not match their digests, or were gone")
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
        } catch (BlobStoreException
            | MetadataRejectedException
            | MetadataUnavailableException
            | IOException e) {
          LOG.warn("scrubbing {} broke off; it goes on later: {}", region, e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the scrubber stops");
    }
  }

  /** Looks at every copy once, and reads those whose turn it is. */
  void walk() throws IOException {
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

  private void scrub(StoredCopy copy) throws IOException {
    boolean good;
    try {
      good = copy.size() == 0 || digestOf(copy).equals(copy.digest());
    } catch (BlobStoreException e) {
      if (e.kind() != BlobStoreException.Kind.NOT_FOUND) {
        throw e;
      }
      good = false;
    }
    if (good) {
      metadata.execute(
          Caller.NODE,
          new MetadataCommand.AddPlacement(copy.digest(), region, copy.objectKey(), copy.size()));
    } else {
      drop(copy);
    }
  }

  private void drop(StoredCopy copy) {
    if (!isPlaced(copy)) {
      return;
    }
    bad.increment();
    LOG.error(
        "object {} of {} is not blob {}: it is removed, and copied again from another region if"
            + " there is one",
        copy.objectKey(),
        region,
        copy.digest());
    try {
      metadata.execute(
          Caller.NODE,
          new MetadataCommand.RemovePlacement(copy.digest(), region, copy.objectKey()));
    } catch (MetadataRejectedException e) {
      LOG.info("object {} is no placement any more: {}", copy.objectKey(), e.getMessage());
    }
  }

  /** It may have been collected, and its object deleted, since it was listed. */
  private boolean isPlaced(StoredCopy copy) {
    try {
      return copy.objectKey()
          .equals(
              metadata
                  .getPlacements(copy.digest(), Freshness.LINEARIZABLE)
                  .placements()
                  .get(region));
    } catch (MetadataRejectedException e) {
      return false;
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
