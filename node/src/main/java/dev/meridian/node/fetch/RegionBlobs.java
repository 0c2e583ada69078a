package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.metadata.CopyQueries.BlobCopies;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.peer.BlobRequest;
import dev.meridian.node.peer.PeerBlobs;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.peer.PeerRefusedException.Reason;
import java.io.InputStream;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What this node gives to others: copies of its region, and cold blobs to its own region. */
public final class RegionBlobs implements PeerBlobs {

  private static final Logger LOG = LoggerFactory.getLogger(RegionBlobs.class);

  private final MetadataClient metadata;
  private final RegionCopies copies;
  private final BlobFetcher fetcher;

  public RegionBlobs(MetadataClient metadata, RegionCopies copies, BlobFetcher fetcher) {
    this.metadata = metadata;
    this.copies = copies;
    this.fetcher = fetcher;
  }

  @Override
  public PeerBlob openHeld(BlobRequest request) {
    BlobCopies entry = lookUp(request);
    if (!copies.isHeldHere(entry.placements())) {
      throw new PeerRefusedException(
          Reason.NOT_FOUND, "this region has no copy of " + request.digest());
    }
    if (!copies.isOwnFirst(entry.placements())) {
      // The one who asks has others to ask, and need not wait to learn it.
      throw storageDown();
    }
    try {
      return openOwn(request, entry);
    } catch (BlobStoreException e) {
      throw new PeerRefusedException(Reason.UNAVAILABLE, e.getMessage(), e);
    }
  }

  @Override
  public PeerBlob openFetched(BlobRequest request) {
    BlobCopies entry = lookUp(request);
    ColdBlob blob = ColdBlob.of(request.digest(), entry);
    if (blob.size() > 0 && copies.isOwnFirst(entry.placements())) {
      try {
        BlobBody own =
            copies.serve(
                blob,
                entry.placements(),
                range(request, entry),
                rest -> fetcher.openHere(blob, Optional.of(rest)));
        return new PeerBlob(own, entry.size());
      } catch (BlobStoreException e) {
        LOG.warn("own storage does not give {}, asking other regions", request.digest(), e);
      }
    }
    try {
      return new PeerBlob(fetcher.openHere(blob, request.range()), entry.size());
    } catch (NoHolderException e) {
      throw new PeerRefusedException(Reason.UNAVAILABLE, e.getMessage(), e);
    }
  }

  @Override
  public void copy(BlobRequest request) {
    BlobCopies blob = lookUp(request);
    if (copies.isHeldHere(blob.placements())) {
      return;
    }
    if (!copies.storageUp()) {
      // A push waits for the answer, and may turn to another region.
      throw storageDown();
    }
    try {
      if (!fetcher.bring(ColdBlob.of(request.digest(), blob), Throttle.NONE)) {
        throw new PeerRefusedException(
            Reason.UNAVAILABLE, request.digest() + " could not be copied into this region");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerRefusedException(Reason.UNAVAILABLE, "interrupted while copying", e);
    }
  }

  private PeerRefusedException storageDown() {
    return new PeerRefusedException(
        Reason.UNAVAILABLE, "object storage of " + copies.region() + " does not answer");
  }

  private BlobCopies lookUp(BlobRequest request) {
    try {
      BlobCopies entry =
          metadata.getPlacements(request.digest(), Freshness.LOCAL.atLeast(request.minRevision()));
      if (request.range().filter(range -> range.last() >= entry.size()).isPresent()) {
        throw new PeerRefusedException(
            Reason.INVALID, "the range ends behind the blob's " + entry.size() + " bytes");
      }
      return entry;
    } catch (MetadataRejectedException e) {
      throw new PeerRefusedException(Reason.NOT_FOUND, e.getMessage(), e);
    } catch (MetadataUnavailableException e) {
      throw new PeerRefusedException(Reason.UNAVAILABLE, e.getMessage(), e);
    }
  }

  private PeerBlob openOwn(BlobRequest request, BlobCopies entry) {
    BlobBody own =
        entry.size() == 0
            ? new BlobBody.StreamBody(InputStream.nullInputStream(), 0)
            : copies.open(request.digest(), entry.placements(), range(request, entry));
    return new PeerBlob(own, entry.size());
  }

  private static ByteRange range(BlobRequest request, BlobCopies entry) {
    return request.range().orElse(ByteRange.whole(entry.size()));
  }
}
