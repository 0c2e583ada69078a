package dev.meridian.node.registry;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.fetch.ColdBlob;
import dev.meridian.node.fetch.ColdBlobs;
import dev.meridian.node.fetch.NoHolderException;
import dev.meridian.node.fetch.RegionCopies;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.CopyQueries.BlobCopies;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand.DeleteBlob;
import dev.meridian.node.metadata.MetadataCommand.MountBlob;
import dev.meridian.node.metadata.MetadataCommand.RenewLink;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataRejectedException.Reason;
import dev.meridian.node.redirect.BlobCapabilities;
import dev.meridian.node.redirect.RedirectPolicy;
import dev.meridian.node.redirect.RegionRedirects;
import dev.meridian.node.routing.ClientOrigin;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Blobs (OCI distribution-spec, "Pulling blobs", "Mounting a blob", "Deleting Blobs"). */
public final class BlobService {

  /** What blobs are called where nothing better is known. */
  public static final String CONTENT_TYPE = "application/octet-stream";

  private static final Logger LOG = LoggerFactory.getLogger(BlobService.class);

  /** A blob that a repository links. */
  public record Blob(RepositoryName repository, Digest digest, BlobEntry entry) {
    /** In bytes. */
    public long size() {
      return entry.size();
    }
  }

  /**
   * When clients are sent to this region's object storage.
   *
   * @param life how long a URL of object storage is good
   */
  public record StorageRedirects(RedirectPolicy policy, Duration life) {}

  private final RegionCopies copies;
  private final MetadataClient metadata;
  private final ColdBlobs cold;
  private final StorageRedirects storageRedirects;
  private final RegionRedirects regionRedirects;
  private final BlobCapabilities capabilities;
  private final Residency residency;

  /**
   * @param copies of this region
   */
  public BlobService(
      RegionCopies copies,
      MetadataClient metadata,
      ColdBlobs cold,
      StorageRedirects storageRedirects,
      RegionRedirects regionRedirects) {
    this.copies = copies;
    this.metadata = metadata;
    this.cold = cold;
    this.storageRedirects = storageRedirects;
    this.regionRedirects = regionRedirects;
    this.capabilities = new BlobCapabilities(metadata);
    this.residency = new Residency(copies.region(), metadata, regionRedirects);
  }

  /**
   * A blob that the repository links.
   *
   * @throws dev.meridian.node.registry.RegistryException {@code BLOB_UNKNOWN} when no region holds
   *     it: that no holder is in reach is another matter, which {@link #open} finds
   */
  public Blob find(RepositoryName repository, Digest digest) {
    return new Blob(repository, digest, held(repository, digest));
  }

  /**
   * A blob on which a push is about to rely: what is left of the life of an unreferenced link is at
   * least half of it when this returns. One that no region holds is unknown, so that the push
   * uploads it and it is there again.
   */
  public Blob findForPush(Caller caller, RepositoryName repository, Digest digest) {
    BlobEntry entry = held(repository, digest);
    if (entry.renewalDue()) {
      metadata.execute(caller, new RenewLink(repository, digest));
    }
    return new Blob(repository, digest, entry);
  }

  /**
   * Checks what another region gave the client that it sent here for a blob.
   *
   * @throws RegistryException {@code DENIED} when it is not good for that blob in this region
   */
  public void checkCapability(RepositoryName repository, Digest digest, String capability) {
    switch (capabilities.verify(repository, digest, copies.region(), capability)) {
      case GOOD -> {}
      case EXPIRED ->
          throw RegistryError.DENIED.because(
              "the capability in the query has expired: ask again where it was given");
      case FOREIGN ->
          throw RegistryError.DENIED.because(
              "the capability in the query was not given for this blob in region "
                  + copies.region());
    }
  }

  /**
   * The bytes: from a region nearer to the client, or from this region's storage if that can be,
   * else by this node from another region. Bytes that must not be in this region are not read here.
   *
   * @param range the part that is asked for; empty: all
   * @param sentHere another region sent the client here, so that it is not sent on to a third
   * @throws RegistryException {@code DENIED} when the bytes must not be in this region, and the
   *     client cannot be sent to one in which they may
   * @throws NoHolderException when no holder is in reach
   */
  public BlobDownload open(
      Blob blob, Optional<ByteRange> range, ClientOrigin client, boolean sentHere) {
    if (blob.size() == 0) {
      return new BlobDownload.FromStream(InputStream.nullInputStream(), 0);
    }
    return inAnotherRegion(blob, client, sentHere)
        .<BlobDownload>map(BlobDownload.InRegion::new)
        .orElseGet(() -> open(blob, range, client));
  }

  private Optional<URI> inAnotherRegion(Blob blob, ClientOrigin client, boolean sentHere) {
    if (!residency.includesOwn(blob.entry().only())) {
      if (sentHere) {
        throw residency.denied(blob.digest(), blob.entry().only());
      }
      return Optional.of(residency.redirect(blob, client));
    }
    return sentHere
        ? Optional.empty()
        : regionRedirects.nearer(
            blob.repository(), blob.digest(), Residency.holders(blob.entry()), client);
  }

  private BlobDownload open(Blob blob, Optional<ByteRange> range, ClientOrigin client) {
    Map<RegionId, String> placements = blob.entry().placements();
    if (!copies.isOwnFirst(placements)) {
      return fromElsewhereOrDown(blob, range, client);
    }
    try {
      return fromOwnStorage(blob, range, client);
    } catch (BlobStoreException e) {
      if (!copies.isHeldElsewhere(placements)) {
        throw e;
      }
      LOG.warn("own storage does not give {}, asking other regions", blob.digest(), e);
      return fromElsewhere(blob, range);
    }
  }

  /** Storage that is known to be down is asked last, but not never. */
  private BlobDownload fromElsewhereOrDown(
      Blob blob, Optional<ByteRange> range, ClientOrigin client) {
    try {
      return fromElsewhere(blob, range);
    } catch (NoHolderException e) {
      if (!copies.isHeldHere(blob.entry().placements())) {
        throw e;
      }
      LOG.warn("no other region gives {}, asking own storage that is down", blob.digest(), e);
      return fromOwnStorage(blob, range, client);
    }
  }

  /**
   * Where a blob is that the repository links.
   *
   * @param size in bytes
   * @param verified region to when its copy was last compared with the digest
   */
  public record Location(Digest digest, long size, SortedMap<RegionId, Instant> verified) {}

  /** Where a blob is that the repository links; times by the clock of this node. */
  public Location locate(RepositoryName repository, Digest digest) {
    var unused = metadata.getBlob(repository, digest, Freshness.LOCAL);
    BlobCopies copies = metadata.getPlacements(digest, Freshness.LOCAL);
    Instant now = Instant.now();
    long clusterNow = metadata.clusterTimeMillis();
    SortedMap<RegionId, Instant> verified = new TreeMap<>();
    copies
        .verifiedMillis()
        .forEach((holder, millis) -> verified.put(holder, now.minusMillis(clusterNow - millis)));
    return new Location(digest, copies.size(), verified);
  }

  /** Removes the repository's link; refused while one of its manifests references the blob. */
  public void delete(Caller caller, RepositoryName repository, Digest digest) {
    metadata.execute(caller, new DeleteBlob(repository, digest));
  }

  /**
   * Links a blob of another repository, or without {@code from} of any.
   *
   * @return false when it is not there: the client uploads it
   */
  public boolean mount(
      Caller caller, RepositoryName repository, Digest digest, Optional<RepositoryName> from) {
    try {
      metadata.execute(caller, new MountBlob(repository, digest, from));
      return true;
    } catch (MetadataRejectedException e) {
      if (e.reason() == Reason.BLOB_UNKNOWN || e.reason() == Reason.REPOSITORY_UNKNOWN) {
        return false;
      }
      throw e;
    }
  }

  /** Like any miss, this one is not believed to a replica that may be behind. */
  private BlobEntry held(RepositoryName repository, Digest digest) {
    BlobEntry entry = metadata.getBlob(repository, digest, Freshness.LOCAL);
    if (entry.placements().isEmpty()) {
      entry = metadata.getBlob(repository, digest, Freshness.LINEARIZABLE);
    }
    if (entry.placements().isEmpty()) {
      throw RegistryError.BLOB_UNKNOWN.because("no region holds blob " + digest + " any more");
    }
    return entry;
  }

  private BlobDownload fromOwnStorage(Blob blob, Optional<ByteRange> range, ClientOrigin client) {
    Map<RegionId, String> placements = blob.entry().placements();
    RedirectPolicy policy = storageRedirects.policy();
    if (policy != RedirectPolicy.NEVER && copies.storageUp()) {
      Optional<URI> location =
          copies
              .presign(placements, storageRedirects.life(), CONTENT_TYPE)
              .filter(url -> policy.allows(client, url));
      if (location.isPresent()) {
        return new BlobDownload.InStorage(location.get());
      }
    }
    return download(
        copies.serve(
            ColdBlob.of(blob.digest(), blob.entry()),
            placements,
            range.orElse(ByteRange.whole(blob.size())),
            rest -> openElsewhere(blob, Optional.of(rest))));
  }

  private BlobDownload fromElsewhere(Blob blob, Optional<ByteRange> range) {
    return download(openElsewhere(blob, range));
  }

  private BlobBody openElsewhere(Blob blob, Optional<ByteRange> range) {
    return cold.open(ColdBlob.of(blob.digest(), blob.entry()), range);
  }

  private static BlobDownload download(BlobBody body) {
    return switch (body) {
      case BlobBody.FileBody file ->
          new BlobDownload.FromFile(file.file(), file.offset(), file.length());
      case BlobBody.StreamBody stream ->
          new BlobDownload.FromStream(stream.stream(), stream.length());
    };
  }
}
