package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
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
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
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
  private final ComparedFiles compared;
  private final Counter bad;

  /**
   * @param region whose storage {@code store} is
   * @param storageUp whether that storage answered last
   * @param compared what this node knows of that storage's files, if it has such
   */
  public RegionCopies(
      RegionId region,
      MetadataClient metadata,
      BlobStore store,
      BooleanSupplier storageUp,
      ComparedFiles compared,
      MeterRegistry meters) {
    this.region = region;
    this.metadata = metadata;
    this.store = store;
    this.storageUp = storageUp;
    this.compared = compared;
    this.bad =
        Counter.builder("meridian.scrub.bad.copies")
            .description("Copies that did not match their digests, were gone or unreadable")
            .tag("region", region.value())
            .register(meters);
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
   * Bytes of the own copy, which soon fail when nothing comes and another region has one. An object
   * that is gone then loses its place, in the background.
   *
   * @throws BlobStoreException when storage does not give them
   */
  public BlobBody open(Digest digest, Map<RegionId, String> placements, ByteRange range) {
    String key = placements.get(region);
    boolean heldElsewhere = isHeldElsewhere(placements);
    try {
      return store.open(
          key, range, heldElsewhere ? BlobStore.PATIENCE_BEFORE_ANOTHER : BlobStore.PATIENCE);
    } catch (BlobStoreException e) {
      if (e.kind() == BlobStoreException.Kind.NOT_FOUND && heldElsewhere) {
        Thread.ofVirtual().name("gone-" + digest).start(() -> dropUnlessLast(digest, key));
      }
      throw e;
    }
  }

  /**
   * The same for a client. What breaks off is continued with what another region gives, and the
   * last bytes of a whole blob, also one that was asked for as a range, are held back until all of
   * it matches the digest; a copy that does not loses its place, unless it is the last one. Parts
   * are as they are, and so is a local file that this node has compared lately.
   *
   * @param rest opens what other regions have
   */
  public BlobBody serve(
      ColdBlob blob, Map<RegionId, String> placements, ByteRange range, ContinuedStream.Rest rest) {
    BlobBody own = open(blob.digest(), placements, range);
    boolean whole = range.length() == blob.size();
    if (own instanceof BlobBody.FileBody file && (!whole || compared.holds(blob.digest(), file))) {
      return file;
    }
    ContinuedStream stream =
        new ContinuedStream(
            own.openStream(), range, isHeldElsewhere(placements) ? rest : left -> none(blob));
    String key = placements.get(region);
    InputStream served =
        whole
            ? new VerifiedStream(
                stream,
                blob.digest(),
                () -> right(blob, own, stream),
                () -> wrong(blob, key, stream))
            : stream;
    return new BlobBody.StreamBody(served, own.length());
  }

  private static BlobBody none(ColdBlob blob) {
    throw new NoHolderException("no other region holds " + blob, null);
  }

  /** When another region gave a part, that was compared and not the rest of the file. */
  private void right(ColdBlob blob, BlobBody own, ContinuedStream stream) {
    if (own instanceof BlobBody.FileBody file && !stream.isContinued()) {
      compared.add(blob.digest(), file);
    }
  }

  /** When another region gave a part, that part may be what is wrong. */
  private void wrong(ColdBlob blob, String key, ContinuedStream stream) {
    if (!stream.isContinued()) {
      dropUnlessLast(blob.digest(), key);
    }
  }

  /** This node has just written an object, and its bytes match the digest. */
  public void written(Digest digest, StoredObject object) {
    object.file().ifPresent(file -> compared.add(digest, file));
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
      written(blob.digest(), object);
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

  /**
   * An object of this region is not the blob that it is placed for, or is gone: it loses its place,
   * so that the region gets a good copy where there is one. Nothing happens when it is placed no
   * more.
   */
  public void drop(Digest digest, String key) {
    drop(digest, key, placements -> true);
  }

  /** The same, but the last copy of a blob keeps its place: perhaps it is good after all. */
  public void dropUnlessLast(Digest digest, String key) {
    drop(digest, key, this::isHeldElsewhere);
  }

  private void drop(Digest digest, String key, Predicate<Map<RegionId, String>> allowed) {
    try {
      // The blob may have been collected, and its object deleted, since its placement was read.
      Map<RegionId, String> placements =
          metadata.getPlacements(digest, Freshness.LINEARIZABLE).placements();
      if (!key.equals(placements.get(region)) || !allowed.test(placements)) {
        return;
      }
      bad.increment();
      LOG.error(
          "object {} of {} is wrong, gone or cannot be read: blob {} is copied again from another"
              + " region if there is one",
          key,
          region,
          digest);
      metadata.execute(Caller.NODE, new MetadataCommand.RemovePlacement(digest, region, key));
    } catch (MetadataRejectedException e) {
      LOG.info("object {} is no placement any more: {}", key, e.getMessage());
    } catch (MetadataUnavailableException e) {
      LOG.warn("the bad copy {} of {} stays for now: {}", key, digest, e.getMessage());
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
