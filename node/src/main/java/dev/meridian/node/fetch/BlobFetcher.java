package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.peer.BlobRequest;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.peer.PeerUnreachableException;
import dev.meridian.node.peer.RemoteBlob;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.PeerNode;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches cold blobs through the node of this region that owns them, so that each crosses once. A
 * node that cannot reach the owner fetches by itself.
 */
public final class BlobFetcher implements ColdBlobs {

  private static final Logger LOG = LoggerFactory.getLogger(BlobFetcher.class);

  private static final String FETCHES = "meridian.cross.region.fetch";

  private final OwnerSelector owners;
  private final PeerClient peers;
  private final Holders holders;
  private final PartialBlobs partials;
  private final RegionCopies copies;
  private final MeterRegistry meters;
  private final Map<Digest, BlobFetch> running = new ConcurrentHashMap<>();

  public BlobFetcher(
      OwnerSelector owners,
      PeerClient peers,
      Holders holders,
      SpoolDirectory spools,
      RegionCopies copies,
      MeterRegistry meters) {
    this.owners = owners;
    this.peers = peers;
    this.holders = holders;
    this.partials = new PartialBlobs(spools, System::nanoTime);
    this.copies = copies;
    this.meters = meters;
  }

  @Override
  public BlobBody open(ColdBlob blob, Optional<ByteRange> range) {
    Optional<PeerNode> owner = owners.otherOwner(blob.digest());
    if (owner.isPresent() && blob.size() > 0) {
      try {
        return throughOwner(owner.get(), blob, partOf(blob, range));
      } catch (PeerUnreachableException e) {
        LOG.warn("{} owns {} but does not answer; fetching it here", owner.get(), blob, e);
      }
    }
    return openHere(blob, range);
  }

  /**
   * The same, without asking another node of this region.
   *
   * @throws NoHolderException when no region that holds it can be reached
   */
  BlobBody openHere(ColdBlob blob, Optional<ByteRange> range) {
    if (blob.size() == 0) {
      return new BlobBody.StreamBody(InputStream.nullInputStream(), 0);
    }
    Optional<ByteRange> part = partOf(blob, range);
    return part.isPresent()
        ? body(openPart(blob, part.get()), part.get().length())
        : body(openWhole(blob), blob.size());
  }

  /**
   * Brings a copy of a blob into this region, by this node; nothing happens when there is one.
   *
   * @param throttle slows it down while nobody waits for the bytes; a fetch that runs already keeps
   *     its own, unless this is {@link Throttle#NONE}, which lets the rest of it pass at once
   * @return whether this region holds a copy now; when not, why was logged
   */
  public boolean bring(ColdBlob blob, Throttle throttle) throws InterruptedException {
    if (!copies.storageUp()) {
      LOG.info("{} is not copied: object storage of {} does not answer", blob, copies.region());
      return false;
    }
    if (blob.size() == 0) {
      return copies.keep(blob, InputStream.nullInputStream());
    }
    Optional<BlobFetch> fetch = fetch(blob, throttle);
    if (fetch.isEmpty()) {
      return bringStraight(blob);
    }
    if (throttle == Throttle.NONE) {
      fetch.get().hurry();
    }
    return fetch.get().awaitKept();
  }

  /** Without room for it on disk; a client that comes meanwhile has it cross once more. */
  private boolean bringStraight(ColdBlob blob) {
    try (InputStream bytes = passThrough(blob)) {
      return copies.keep(blob, bytes);
    } catch (NoHolderException | IOException e) {
      LOG.warn("{} could not be copied: {}", blob, e.getMessage());
      return false;
    }
  }

  /** Copies that are on their way now. */
  public List<CopyProgress> inProgress() {
    return running.values().stream().map(BlobFetch::progress).toList();
  }

  private BlobBody throughOwner(PeerNode owner, ColdBlob blob, Optional<ByteRange> part) {
    try {
      RemoteBlob remote =
          peers.openFetched(owner, new BlobRequest(blob.digest(), part, blob.revision()));
      return body(remote.stream(), remote.length());
    } catch (PeerRefusedException e) {
      throw new NoHolderException(e.getMessage(), e);
    }
  }

  /** A range that is all of the blob is none. */
  private static Optional<ByteRange> partOf(ColdBlob blob, Optional<ByteRange> range) {
    return range.filter(part -> part.length() < blob.size());
  }

  private InputStream openWhole(ColdBlob blob) {
    while (true) {
      Optional<BlobFetch> fetch = fetch(blob, Throttle.NONE);
      if (fetch.isEmpty()) {
        return passThrough(blob);
      }
      Optional<InputStream> reader = fetch.get().read();
      if (reader.isPresent()) {
        return reader.get();
      }
      // That fetch came to its end between these lines; the next one finds this region's copy.
    }
  }

  /** A range comes from a holder at once; all of the blob is fetched beside it. */
  private InputStream openPart(ColdBlob blob, ByteRange part) {
    return fetch(blob, Throttle.NONE)
        .flatMap(fetch -> fetch.readIfHere(part))
        .orElseGet(() -> holders.open(blob, part));
  }

  /** The room on disk is spoken for: what comes goes straight on and is not kept. */
  private InputStream passThrough(ColdBlob blob) {
    return new VerifiedStream(holders.open(blob, ByteRange.whole(blob.size())), blob.digest());
  }

  /** The fetch that is running, or a new one; empty when there is no room for one. */
  private Optional<BlobFetch> fetch(ColdBlob blob, Throttle throttle) {
    return Optional.ofNullable(
        running.computeIfAbsent(
            blob.digest(),
            digest -> partials.take(blob).map(p -> start(blob, p, throttle)).orElse(null)));
  }

  private BlobFetch start(ColdBlob blob, PartialBlob partial, Throttle throttle) {
    BlobFetch fetch = new BlobFetch(blob, partial, holders, copies, throttle);
    Thread.ofVirtual().name("fetch-" + blob.digest()).start(() -> run(blob, fetch));
    return fetch;
  }

  private void run(ColdBlob blob, BlobFetch fetch) {
    try {
      String result = fetch.run() ? "ok" : "failed";
      String destination = copies.region().toString();
      meters
          .counter(FETCHES, "src", fetch.source(), "dst", destination, "result", result)
          .increment();
    } finally {
      over(blob, fetch);
    }
  }

  private void over(ColdBlob blob, BlobFetch fetch) {
    PartialBlob came = fetch.end();
    if (came.spool().isPartial()) {
      // In one step, so that the fetch that begins next goes on with it.
      running.computeIfPresent(
          blob.digest(),
          (digest, self) -> {
            partials.giveBack(blob, came);
            return null;
          });
    } else {
      // First out of sight, then let go, so that nobody keeps finding a file that is gone.
      running.remove(blob.digest(), fetch);
      partials.giveBack(blob, came);
    }
  }

  private static BlobBody body(InputStream stream, long length) {
    return new BlobBody.StreamBody(stream, length);
  }
}
