package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one blob into this region, once for all who want it: into a spool file that readers
 * follow, and when its digest holds into the region's object storage. When all holders have broken
 * off, it asks them again for the rest, until nothing has come for as long as a cold fetch may make
 * no progress; a later fetch goes on with what came.
 */
final class BlobFetch {

  private static final Logger LOG = LoggerFactory.getLogger(BlobFetch.class);
  private static final int CHUNK = 64 * 1024;

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  private final ColdBlob blob;
  private final PartialBlob partial;
  private final SpoolFile spool;
  private final Holders holders;
  private final RegionCopies copies;
  private final Throttle throttle;
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Boolean> kept = new CompletableFuture<>();
  private volatile String source = "";
  private volatile boolean hurried;

  /**
   * @param partial what came before; of this fetch alone until it is over
   * @param throttle slows it down while nobody waits for the bytes
   */
  BlobFetch(
      ColdBlob blob, PartialBlob partial, Holders holders, RegionCopies copies, Throttle throttle) {
    this.blob = blob;
    this.partial = partial;
    this.spool = partial.spool();
    this.holders = holders;
    this.copies = copies;
    this.throttle = throttle;
  }

  /** Somebody waits for its end: from now on nothing slows it down. */
  void hurry() {
    hurried = true;
  }

  /** Waits for its end; whether this region then holds a copy. */
  boolean awaitKept() throws InterruptedException {
    try {
      return kept.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("fetching " + blob + " ended without a result", e);
    }
  }

  /**
   * A reader of all of the blob, once somebody gives it; empty when this fetch was over before.
   *
   * @throws NoHolderException when nobody gives it
   */
  Optional<InputStream> read() {
    Optional<InputStream> reader = spool.reader(ByteRange.whole(blob.size()));
    if (reader.isPresent()) {
      try {
        begun.get();
      } catch (ExecutionException e) {
        close(reader.get());
        throw new NoHolderException(e.getCause().getMessage(), e.getCause());
      } catch (InterruptedException e) {
        close(reader.get());
        Thread.currentThread().interrupt();
        throw new NoHolderException("interrupted while waiting for " + blob, e);
      }
    }
    return reader;
  }

  /** A reader of a range, if that is already here. */
  Optional<InputStream> readIfHere(ByteRange range) {
    return spool.covers(range) ? spool.reader(range) : Optional.empty();
  }

  /** The region that gave the blob, or was asked last; empty before any was. */
  String source() {
    return source;
  }

  CopyProgress progress() {
    return new CopyProgress(blob.digest(), blob.size(), spool.written());
  }

  /**
   * Fetches, verifies and keeps the blob. To be called once, by a thread of its own.
   *
   * @return whether all of it came and matches the digest
   */
  boolean run() {
    try {
      kept.complete(bring());
      return true;
    } catch (NoHolderException | IOException e) {
      LOG.warn("{} could not be fetched: {}", blob, e.getMessage());
      giveUp(e);
      return false;
    } catch (RuntimeException e) {
      LOG.error("fetching {} failed", blob, e);
      giveUp(e);
      return false;
    }
  }

  /** It is over: nobody waits for more. What came may be used again. */
  PartialBlob end() {
    giveUp(new IOException("fetching " + blob + " came to no end"));
    kept.complete(false);
    return partial;
  }

  /** Whether this region then holds a copy. */
  private boolean bring() throws IOException {
    Optional<Map<RegionId, String>> own = ownCopy();
    OwnRead read = own.isPresent() ? readOwn(own.get()) : OwnRead.OUT_OF_REACH;
    if (read == OwnRead.WHOLE) {
      return true;
    }
    fromHolders();
    if (read == OwnRead.WRONG) {
      copies.drop(blob.digest(), own.orElseThrow().get(copies.region()));
    }
    return ownCopy().isPresent() || keep();
  }

  private boolean keep() throws IOException {
    try (InputStream bytes = spool.reader(ByteRange.whole(blob.size())).orElseThrow()) {
      return copies.keep(blob, bytes);
    }
  }

  private void giveUp(Exception e) {
    begun.completeExceptionally(e);
    spool.fail(e instanceof IOException io ? io : new IOException(e.getMessage(), e));
  }

  private void close(InputStream reader) {
    try {
      reader.close();
    } catch (IOException e) {
      LOG.warn("closing the spool file of {}", blob, e);
    }
  }

  /** What this region's own copy gave. */
  private enum OwnRead {
    /** All of the blob. */
    WHOLE,
    /** A part of it, or nothing; the copy may be good. */
    OUT_OF_REACH,
    /** Something else. */
    WRONG
  }

  /**
   * A request may have read the metadata just before an earlier fetch added this region's copy:
   * then nothing needs to cross.
   */
  private Optional<Map<RegionId, String>> ownCopy() {
    try {
      return Optional.of(copies.lookUp(blob).placements()).filter(copies::isHeldHere);
    } catch (MetadataRejectedException | MetadataUnavailableException e) {
      LOG.debug("{} is fetched as it was known before", blob, e);
      return Optional.empty();
    }
  }

  /** Goes on where the spool ends; what comes before a failure stays. */
  private OwnRead readOwn(Map<RegionId, String> placements) {
    if (blob.holders().contains(copies.region()) || !copies.isOwnFirst(placements)) {
      return OwnRead.OUT_OF_REACH;
    }
    boolean alone = spool.written() == 0;
    ByteRange rest = new ByteRange(spool.written(), blob.size() - 1);
    try (BlobBody body = copies.open(blob.digest(), placements, rest);
        InputStream bytes = body.openStream()) {
      begun.complete(null);
      partial.sources().add(copies.region());
      append(bytes);
      if (matches()) {
        return OwnRead.WHOLE;
      }
    } catch (BlobStoreException | IOException e) {
      LOG.warn("this region's own copy of {} cannot be read", blob, e);
      return OwnRead.OUT_OF_REACH;
    }
    LOG.error("{} as {} gave it does not match its digest", blob, partial.sources());
    partial.restart();
    return alone ? OwnRead.WRONG : OwnRead.OUT_OF_REACH;
  }

  private void fromHolders() throws IOException {
    Set<RegionId> suspects = new HashSet<>();
    boolean came = false;
    long lastProgress = System.nanoTime();
    while (true) {
      long before = spool.written();
      try {
        readOn(trusted(suspects));
        if (matches()) {
          return;
        }
        LOG.error("{} as {} gave it does not match its digest", blob, partial.sources());
        // Where this region's own copy gave a part, the others may be right from the start.
        if (!partial.sources().contains(copies.region())) {
          suspects.addAll(partial.sources());
          holders.failed(partial.sources());
        }
        partial.restart();
      } catch (NoHolderException | IOException e) {
        if (spool.written() > before) {
          came = true;
          lastProgress = System.nanoTime();
        }
        if (!came
            || spool.written() == 0
            || System.nanoTime() - lastProgress > spool.patience().toNanos()) {
          throw e;
        }
        LOG.warn("{} goes on at byte {} later: {}", blob, spool.written(), e.getMessage());
        pause();
      }
    }
  }

  /** Those who have not given wrong bytes. */
  private ColdBlob trusted(Set<RegionId> suspects) {
    Set<RegionId> trusted = new HashSet<>(blob.holders());
    trusted.removeAll(suspects);
    return new ColdBlob(blob.digest(), blob.size(), trusted, blob.revision());
  }

  /** Reads what is missing to the end; what came before a failure stays. */
  private void readOn(ColdBlob wanted) throws IOException {
    try (HolderStream bytes =
        holders.open(wanted, new ByteRange(spool.written(), blob.size() - 1))) {
      source = bytes.region().toString();
      begun.complete(null);
      try {
        append(bytes);
      } finally {
        source = bytes.region().toString();
        partial.sources().addAll(bytes.sources());
      }
    }
  }

  private void append(InputStream bytes) throws IOException {
    byte[] chunk = new byte[CHUNK];
    while (spool.written() < blob.size()) {
      int count = bytes.read(chunk);
      if (count < 0) {
        return;
      }
      throttle.take(count, () -> hurried || spool.isFollowed());
      partial.hash().update(chunk, 0, count);
      spool.write(chunk, count);
    }
  }

  /** Whether what came is the blob; then all of it may be read. */
  private boolean matches() {
    if (spool.written() != blob.size()
        || !Digest.ofHash(blob.digest().algorithm(), partial.hash().digest())
            .equals(blob.digest())) {
      return false;
    }
    spool.verified();
    return true;
  }

  private void pause() throws IOException {
    try {
      Thread.sleep(BETWEEN_ATTEMPTS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while fetching " + blob);
    }
  }
}
