package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.ObjectKeys;
import dev.meridian.node.blobs.ObjectUpload;
import dev.meridian.node.blobs.StoredObject;
import dev.meridian.node.blobs.UploadConflictException;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.CopyQueries.BlobCopies;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The copies of blobs in this region's object storage, as the metadata plane knows them. */
public final class RegionCopies {

  private static final Logger LOG = LoggerFactory.getLogger(RegionCopies.class);

  /** Nodes act for themselves here, not for a client. */
  private final RegionId region;

  private final MetadataClient metadata;
  private final BlobStore store;
  private final BooleanSupplier storageUp;

  /**
   * @param region whose storage {@code store} is
   * @param storageUp whether that storage answered last
   */
  public RegionCopies(
      RegionId region, MetadataClient metadata, BlobStore store, BooleanSupplier storageUp) {
    this.region = region;
    this.metadata = metadata;
    this.store = store;
    this.storageUp = storageUp;
  }

  /** This region. */
  public RegionId region() {
    return region;
  }

  /** What the metadata plane says of a blob now. */
  BlobCopies lookUp(ColdBlob blob) {
    return metadata.getPlacements(blob.digest(), Freshness.LOCAL.atLeast(blob.revision()));
  }

  /** Whether this region's object storage answered last. */
  public boolean storageUp() {
    return storageUp.getAsBoolean();
  }

  /** Whether there is an own copy, by what the metadata plane says of a blob. */
  public boolean isHeldHere(Map<RegionId, String> placements) {
    return placements.containsKey(region);
  }

  /** Whether another region has a copy. */
  public boolean isHeldElsewhere(Map<RegionId, String> placements) {
    return placements.size() > (isHeldHere(placements) ? 1 : 0);
  }

  /**
   * Whether there is an own copy that is to be asked for before others: not while storage is known
   * to be down and another region holds one.
   */
  public boolean isOwnFirst(Map<RegionId, String> placements) {
    return isHeldHere(placements) && (storageUp() || !isHeldElsewhere(placements));
  }

  /**
   * Bytes of the own copy, which soon fail when nothing comes and another region has one.
   *
   * @throws BlobStoreException when storage does not give them
   */
  public BlobBody open(Map<RegionId, String> placements, ByteRange range) {
    Duration patience =
        isHeldElsewhere(placements) ? BlobStore.PATIENCE_BEFORE_ANOTHER : BlobStore.PATIENCE;
    return store.open(placements.get(region), range, patience);
  }

  /** A URL with which anybody may GET the own copy for this long; empty when there is none. */
  public Optional<URI> presign(
      Map<RegionId, String> placements, Duration life, String contentType) {
    return store.presign(placements.get(region), life, contentType);
  }

  /**
   * Stores verified bytes of a blob as this region's copy. A failure leaves the blob as cold as it
   * was: what is then in storage is doomed here, or found later by the sweeper.
   *
   * @return whether this region now holds a copy; not while storage is known to be down
   */
  boolean keep(ColdBlob blob, InputStream bytes) {
    if (!storageUp()) {
      LOG.info("{} is not kept in {}: object storage does not answer", blob, region);
      return false;
    }
    try {
      StoredObject object = write(bytes);
      try {
        metadata.execute(
            Caller.NODE,
            new MetadataCommand.AddPlacement(blob.digest(), region, object.key(), object.size()));
        doom(object.leftovers());
        return true;
      } catch (MetadataRejectedException e) {
        LOG.info("{} is not wanted here any more: {}", blob, e.getMessage());
        List<String> unwanted = new ArrayList<>(object.leftovers());
        unwanted.add(object.key());
        doom(unwanted);
      }
    } catch (IOException
        | BlobStoreException
        | UploadConflictException
        | MetadataUnavailableException e) {
      LOG.warn("{} could not be kept in {}", blob, region, e);
    }
    return false;
  }

  /** An object of this region turned out not to be the blob that it is placed for. */
  void drop(ColdBlob blob, String key) {
    try {
      metadata.execute(
          Caller.NODE, new MetadataCommand.RemovePlacement(blob.digest(), region, key));
    } catch (MetadataRejectedException | MetadataUnavailableException e) {
      LOG.warn("the bad copy {} of {} stays for now: {}", key, blob, e.getMessage());
    }
  }

  private StoredObject write(InputStream bytes) throws IOException {
    String key = ObjectKeys.create(metadata.clusterTimeMillis());
    try (ObjectUpload upload = store.resume(store.begin(key))) {
      try {
        upload.append(bytes);
        return upload.complete();
      } catch (IOException | BlobStoreException e) {
        abort(upload);
        throw e;
      }
    }
  }

  /** Best effort: what it leaves is an orphan for the sweeper. */
  private void abort(ObjectUpload upload) {
    try {
      upload.abort();
      doom(upload.leftovers());
    } catch (BlobStoreException | IllegalStateException | MetadataUnavailableException e) {
      LOG.warn("an unfinished copy could not be removed from storage", e);
    }
  }

  private void doom(List<String> keys) {
    if (!keys.isEmpty()) {
      metadata.execute(Caller.NODE, new MetadataCommand.DoomObjects(region, keys));
    }
  }
}
