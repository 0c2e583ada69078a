package dev.meridian.node.replication;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one blob into this region, once for all who want it: into a spool file that readers
 * follow, and when its digest holds into the region's object storage.
 */
final class BlobFetch {

  private static final Logger LOG = LoggerFactory.getLogger(BlobFetch.class);
  private static final int CHUNK = 64 * 1024;

  private final ColdBlob blob;
  private final SpoolFile spool;
  private final Holders holders;
  private final RegionCopies copies;
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private volatile String source = "";

  /**
   * @param spool held by this fetch until it is over
   */
  BlobFetch(ColdBlob blob, SpoolFile spool, Holders holders, RegionCopies copies) {
    this.blob = blob;
    this.spool = spool;
    this.holders = holders;
    this.copies = copies;
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
      if (!fromOwnCopy()) {
        fromHolders();
        keep();
      }
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

  /** Lets go of the spool file, which goes with its last reader; nobody waits for more of it. */
  void release() {
    giveUp(new IOException("fetching " + blob + " came to no end"));
    try {
      spool.release();
    } catch (IOException e) {
      LOG.warn("closing the spool file of {}", blob, e);
    }
  }

  private void keep() throws IOException {
    try (InputStream bytes = spool.reader(ByteRange.whole(blob.size())).orElseThrow()) {
      copies.keep(blob, bytes);
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

  /**
   * A request may have read the metadata just before an earlier fetch added this region's copy:
   * then nothing needs to cross.
   */
  private boolean fromOwnCopy() {
    try {
      BlobEntry entry = copies.lookUp(blob);
      Optional<String> key = copies.keyIn(entry);
      if (key.isEmpty()) {
        return false;
      }
      ByteRange whole = ByteRange.whole(blob.size());
      try (BlobBody body = copies.open(key.get(), Optional.of(whole));
          InputStream bytes = body.openStream()) {
        begun.complete(null);
        if (copy(bytes)) {
          return true;
        }
        LOG.error("this region's own copy of {} does not match its digest", blob);
      }
    } catch (MetadataRejectedException | MetadataUnavailableException e) {
      LOG.debug("{} is fetched as it was known before", blob, e);
      return false;
    } catch (BlobStoreException | IOException e) {
      LOG.warn("this region's own copy of {} cannot be read", blob, e);
    }
    spool.restart();
    return false;
  }

  private void fromHolders() throws IOException {
    Set<RegionId> suspects = new HashSet<>();
    while (true) {
      Set<RegionId> trusted = new HashSet<>(blob.holders());
      trusted.removeAll(suspects);
      ColdBlob wanted =
          new ColdBlob(blob.repository(), blob.digest(), blob.size(), trusted, blob.revision());
      try (HolderStream bytes = holders.open(wanted, ByteRange.whole(blob.size()))) {
        source = bytes.region().toString();
        begun.complete(null);
        if (copy(bytes)) {
          source = bytes.region().toString();
          return;
        }
        LOG.error("{} as {} gave it does not match its digest", blob, bytes.sources());
        suspects.addAll(bytes.sources());
        holders.failed(bytes.sources());
        spool.restart();
      }
    }
  }

  /** Whether what came is the blob; then all of it may be read. */
  private boolean copy(InputStream bytes) throws IOException {
    MessageDigest hash = blob.digest().algorithm().newMessageDigest();
    byte[] chunk = new byte[CHUNK];
    for (int count = bytes.read(chunk); count >= 0; count = bytes.read(chunk)) {
      hash.update(chunk, 0, count);
      spool.write(chunk, count);
    }
    if (spool.written() != blob.size()
        || !Digest.ofHash(blob.digest().algorithm(), hash.digest()).equals(blob.digest())) {
      return false;
    }
    spool.verified();
    return true;
  }
}
