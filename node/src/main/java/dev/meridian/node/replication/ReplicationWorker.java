package dev.meridian.node.replication;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.fetch.BlobFetcher;
import dev.meridian.node.fetch.ColdBlob;
import dev.meridian.node.fetch.Throttle;
import dev.meridian.node.metadata.CopyQueries.BlobCopies;
import dev.meridian.node.metadata.CopyQueries.MissingBlob;
import dev.meridian.node.metadata.CopyQueries.MissingFrom;
import dev.meridian.node.metadata.CopyQueries.MissingPage;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.RegionMap;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Brings this region the blobs that it should hold and does not (DESIGN, "Between regions"). What
 * is missing is asked of the metadata plane again and again, and each blob is the work of one of
 * the region's nodes: there is no queue that could be lost, and a copy that is placed is done.
 */
public final class ReplicationWorker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReplicationWorker.class);

  private static final int PAGE = 500;

  /** A blob up to this is small, and so many of them count as one that is not. */
  private static final long SMALL_BYTES = 1 << 20;

  private static final int LARGE = 16;

  /** What is looked through at once, so that what is pushed meanwhile does not wait for it. */
  private static final int PAGES = 10;

  private static final MissingFrom FIRST = new MissingFrom.First();

  private final RegionId region;
  private final MetadataClient metadata;
  private final OwnerSelector owners;
  private final RegionMap regions;
  private final BlobFetcher fetcher;
  private final BooleanSupplier storageUp;
  private final ReplicationSettings settings;
  private final Throttle throttle;
  private final ReplicationProgress progress;
  private final Retries retries = new Retries(System::nanoTime);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition freed = lock.newCondition();
  private final Map<Digest, Integer> running = new HashMap<>();
  private boolean unknown;

  /** Where the next look at a part of the list begins; at its start: behind what is always seen. */
  private MissingFrom rest = FIRST;

  private final Thread thread;

  /**
   * @param storageUp whether this region's storage answers: nothing is fetched that could not be
   *     stored
   */
  public ReplicationWorker(
      RegionMap regions,
      MetadataClient metadata,
      OwnerSelector owners,
      BlobFetcher fetcher,
      BooleanSupplier storageUp,
      ReplicationSettings settings,
      MeterRegistry meters) {
    this.region = regions.own();
    this.regions = regions;
    this.metadata = metadata;
    this.owners = owners;
    this.fetcher = fetcher;
    this.storageUp = storageUp;
    this.settings = settings;
    this.throttle = Throttle.of(settings.bytesPerSecond(), this::nodes);
    this.progress = new ReplicationProgress(region, meters);
    this.thread = Thread.ofVirtual().name("replication").unstarted(this::run);
  }

  /** Begins to copy. */
  public void start() {
    thread.start();
  }

  /** What this node has copied. */
  public ReplicationProgress progress() {
    return progress;
  }

  private int nodes() {
    return Math.max(1, regions.nodesIn(region).size());
  }

  /**
   * A node's part of the region's copies at a time, by their weight; every node may make one. Small
   * ones need not wait for the end of a large one: the room of one more is theirs.
   */
  private int allowed(int weight) {
    int all = Math.max(1, settings.concurrency() / nodes()) * LARGE;
    return weight < LARGE ? all + LARGE : all;
  }

  /** A small blob takes round trips, hardly a part of the link. */
  private static int weight(MissingBlob blob) {
    return blob.size() > SMALL_BYTES ? LARGE : 1;
  }

  private void run() {
    try {
      while (true) {
        if (!roundThatMayFail()) {
          Thread.sleep(settings.period());
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("replication stops");
    }
  }

  private boolean roundThatMayFail() throws InterruptedException {
    try {
      boolean begun = round();
      unknown = false;
      return begun;
    } catch (MetadataUnavailableException e) {
      // Said once: at the start, and while the plane is away, it is so for a while.
      LOG.atLevel(unknown ? Level.DEBUG : Level.INFO)
          .log("what {} lacks is not known now: {}", region, e.getMessage());
      unknown = true;
      return false;
    } catch (RuntimeException e) {
      LOG.error("looking for what {} lacks failed; it is tried again", region, e);
      return false;
    }
  }

  /**
   * Looks once at what is missing and begins with this node's part of it, for as long as what was
   * seen is fresh.
   *
   * @return whether there was something to do
   */
  boolean round() throws InterruptedException {
    if (!storageUp.getAsBoolean()) {
      return false;
    }
    MissingPage newest = metadata.listMissing(region, new MissingFrom.Newest(), PAGE);
    return !newest.paused() && new Round(newest.blobs()).run();
  }

  /** One look, which is over when what was seen is not fresh any more. */
  private final class Round {
    private final long end = System.nanoTime() + settings.period().toNanos();
    private final List<MissingBlob> newest;
    private boolean begun;
    private boolean over;

    Round(List<MissingBlob> newest) {
      this.newest = newest;
    }

    /**
     * Looks at the list from its start, and then at a part of it: what is there may be held by
     * nobody in reach for days, and is not to hide what follows.
     */
    boolean run() throws InterruptedException {
      MissingFrom behind = look(FIRST);
      if (!over) {
        rest = behind.equals(FIRST) ? FIRST : look(rest.equals(FIRST) ? behind : rest);
      }
      return begun || over;
    }

    /** Where the next look goes on; at the start when the list is at its end. */
    private MissingFrom look(MissingFrom from) throws InterruptedException {
      MissingFrom next = from;
      for (int page = 0; page < PAGES; page++) {
        MissingPage missing = metadata.listMissing(region, next, PAGE);
        begin(ordered(newest, missing.blobs()));
        if (over) {
          return next;
        }
        if (missing.next().isEmpty()) {
          return FIRST;
        }
        next = missing.next().get();
      }
      return next;
    }

    private void begin(List<MissingBlob> blobs) throws InterruptedException {
      for (MissingBlob blob : blobs) {
        over = over || !awaitRoom(weight(blob), end);
        if (over) {
          return;
        }
        ReplicationWorker.this.begin(blob);
        begun = true;
        over = System.nanoTime() > end;
      }
    }
  }

  /**
   * Of pushes before the rest. Of these the small ones, since manifests wait for them, and then the
   * newest, since somebody may be waiting for that push; the smallest first.
   */
  private List<MissingBlob> ordered(List<MissingBlob> newest, List<MissingBlob> page) {
    return Stream.of(newest, page)
        .flatMap(blobs -> blobs.stream().sorted(Comparator.comparing(MissingBlob::size)))
        .distinct()
        .filter(blob -> owners.owns(blob.digest().toString()))
        .filter(blob -> !isRunning(blob.digest()) && retries.isDue(blob.digest()))
        .filter(blob -> blob.holders().stream().anyMatch(holder -> !holder.equals(region)))
        .sorted(
            Comparator.comparing(MissingBlob::backfill).thenComparing(ReplicationWorker::weight))
        .toList();
  }

  private boolean isRunning(Digest digest) {
    lock.lock();
    try {
      return running.containsKey(digest);
    } finally {
      lock.unlock();
    }
  }

  /** False when there is none by the end. */
  private boolean awaitRoom(int weight, long end) throws InterruptedException {
    lock.lock();
    try {
      while (load() + weight > allowed(weight)) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        var unused = freed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private int load() {
    return running.values().stream().mapToInt(Integer::intValue).sum();
  }

  private void begin(MissingBlob blob) {
    lock.lock();
    try {
      running.put(blob.digest(), weight(blob));
    } finally {
      lock.unlock();
    }
    Thread.ofVirtual()
        .name("copy-" + blob.digest())
        .start(() -> {
          try {
            copy(blob);
          } finally {
            ended(blob.digest());
          }
        });
  }

  private void ended(Digest digest) {
    lock.lock();
    try {
      running.remove(digest);
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void copy(MissingBlob blob) {
    try {
      BlobCopies now = metadata.getPlacements(blob.digest(), Freshness.LOCAL);
      if (now.placements().containsKey(region)) {
        return;
      }
      if (fetcher.bring(ColdBlob.of(blob.digest(), now), throttle)) {
        retries.succeeded(blob.digest());
        progress.copied(blob.size());
      } else {
        failed(blob);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (MetadataRejectedException e) {
      LOG.debug("{} was deleted since it was listed", blob.digest(), e);
    } catch (MetadataUnavailableException e) {
      LOG.debug("{} is copied when the plane answers again", blob.digest(), e);
      failed(blob);
    } catch (RuntimeException e) {
      LOG.error("copying blob {} failed", blob.digest(), e);
      failed(blob);
    }
  }

  private void failed(MissingBlob blob) {
    retries.failed(blob.digest());
    progress.failed();
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
