package dev.meridian.node.replication;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.fetch.BlobFetcher;
import dev.meridian.node.fetch.ColdBlob;
import dev.meridian.node.fetch.Throttle;
import dev.meridian.node.metadata.CopyQueries.BlobCopies;
import dev.meridian.node.metadata.CopyQueries.MissingFrom;
import dev.meridian.node.metadata.CopyQueries.PlacementPolicy;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.peer.PeerRefusedException;
import dev.meridian.node.peer.PeerUnreachableException;
import dev.meridian.node.routing.OwnerSelector;
import dev.meridian.node.routing.PeerNode;
import dev.meridian.node.routing.RegionMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has regions make the copies that a durable push waits for, ahead of all other copying: as many as
 * the policy asks, in whichever regions it allows and can make them. A region that fails is
 * replaced by another one.
 */
public final class PushCopies {

  private static final Logger LOG = LoggerFactory.getLogger(PushCopies.class);

  /** When no other region can be asked, the failed ones are asked again after this. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** A region that has not answered in this part of the patience is not relied on any more. */
  private static final int SLOW_PART = 5;

  private final RegionMap regions;
  private final MetadataClient metadata;
  private final OwnerSelector owners;
  private final PeerClient peers;
  private final BlobFetcher fetcher;
  private final Duration patience;
  private final Map<Digest, Work> running = new ConcurrentHashMap<>();

  /**
   * @param patience how long a blob's copies are tried for; no push waits longer
   */
  public PushCopies(
      RegionMap regions,
      MetadataClient metadata,
      OwnerSelector owners,
      PeerClient peers,
      BlobFetcher fetcher,
      Duration patience) {
    this.regions = regions;
    this.metadata = metadata;
    this.owners = owners;
    this.peers = peers;
    this.fetcher = fetcher;
    this.patience = patience;
  }

  /** Begins to have a blob copied, unless that goes on already. */
  public Work begin(Digest digest, PlacementPolicy policy) {
    return running.computeIfAbsent(
        digest,
        key -> {
          Work work = new Work(digest, policy);
          Thread.ofVirtual().name("push-copies-" + digest).start(work::run);
          return work;
        });
  }

  /** The copying of one blob. */
  public final class Work {
    private final Digest digest;
    private final PlacementPolicy policy;
    private final long end = System.nanoTime() + patience.toNanos();
    private final CompletableFuture<Boolean> enough = new CompletableFuture<>();
    private final Map<RegionId, String> failures = new TreeMap<>();
    private final Map<RegionId, Long> asked = new HashMap<>();
    private final BlockingQueue<RegionId> answers = new LinkedBlockingQueue<>();

    private Work(Digest digest, PlacementPolicy policy) {
      this.digest = digest;
      this.policy = policy;
    }

    /** Completes when there are enough copies, with true, or when that was given up. */
    public CompletableFuture<Boolean> enough() {
      return enough;
    }

    /** Why regions could not make a copy, as far as is known. */
    public Map<RegionId, String> failures() {
      synchronized (failures) {
        return Map.copyOf(failures);
      }
    }

    private void run() {
      boolean reached = false;
      try {
        while (!reached && System.nanoTime() < end) {
          reached = advance();
        }
      } catch (InterruptedException e) {
        LOG.debug("copying {} for a push stops", digest);
      } catch (RuntimeException e) {
        LOG.error("copying {} for a push failed", digest, e);
      } finally {
        running.remove(digest, this);
        enough.complete(reached);
      }
    }

    /** Asks as many regions as copies are lacking, and waits for the next answer. */
    private boolean advance() throws InterruptedException {
      Optional<BlobCopies> blob = lookUp();
      if (blob.isEmpty()) {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        return false;
      }
      Set<RegionId> holders = new HashSet<>(blob.get().placements().keySet());
      holders.removeIf(region -> !allows(region));
      int lacking = policy.minCopies() - holders.size();
      if (lacking <= 0) {
        return true;
      }
      lacking -= inTime();
      if (lacking > 0) {
        candidates(holders).stream().limit(lacking).forEach(region -> ask(region, blob.get()));
      }
      RegionId answered = answers.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      if (answered != null) {
        asked.remove(answered);
      }
      return false;
    }

    /** Regions that were asked and may yet answer; of the others somebody else is asked too. */
    private int inTime() {
      long slow = System.nanoTime() - patience.dividedBy(SLOW_PART).toNanos();
      return (int) asked.values().stream().filter(at -> at - slow > 0).count();
    }

    private boolean allows(RegionId region) {
      return policy.only().isEmpty() || policy.only().contains(region);
    }

    private Optional<BlobCopies> lookUp() {
      try {
        // A copy that a region has just answered for is to be seen, or one too many is made.
        return Optional.of(metadata.getPlacements(digest, Freshness.LINEARIZABLE));
      } catch (MetadataRejectedException | MetadataUnavailableException e) {
        LOG.debug("where {} is, is not known now", digest, e);
        return Optional.empty();
      }
    }

    /** Those who may be asked: the nearest first, then those that are paused, failed ones last. */
    private List<RegionId> candidates(Set<RegionId> holders) {
      Set<RegionId> failed = failures().keySet();
      List<RegionId> all = new ArrayList<>(regions.others());
      all.addFirst(regions.own());
      all.removeIf(
          region -> !allows(region) || holders.contains(region) || asked.containsKey(region));
      Set<RegionId> paused = all.stream().filter(this::isPaused).collect(Collectors.toSet());
      all.sort(Comparator.comparing(failed::contains).thenComparing(paused::contains));
      return all;
    }

    /** An operator wants nothing to be copied there now. */
    private boolean isPaused(RegionId region) {
      try {
        return metadata.listMissing(region, new MissingFrom.First(), 1).paused();
      } catch (MetadataUnavailableException e) {
        LOG.debug("whether {} is paused is not known now", region, e);
        return false;
      }
    }

    private void ask(RegionId region, BlobCopies blob) {
      asked.put(region, System.nanoTime());
      Thread.ofVirtual()
          .name("push-copy-" + region + "-" + digest)
          .start(() -> {
            try {
              copy(region, blob);
            } finally {
              answers.add(region);
            }
          });
    }

    private void copy(RegionId region, BlobCopies blob) {
      try {
        if (!region.equals(regions.own())) {
          copyThere(region, blob);
        } else if (!fetcher.bring(ColdBlob.of(digest, blob), Throttle.NONE)) {
          throw new IllegalStateException("no holder gave it, or storage did not take it");
        }
        synchronized (failures) {
          failures.remove(region);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (PeerUnreachableException | PeerRefusedException | IllegalStateException e) {
        LOG.warn("{} makes no copy of {} now: {}", region, digest, e.getMessage());
        synchronized (failures) {
          failures.put(region, String.valueOf(e.getMessage()));
        }
        pauseBeforeAsking();
      }
    }

    /** The owner of the blob there, so that it crosses once; another node when that is gone. */
    private void copyThere(RegionId region, BlobCopies blob) {
      PeerUnreachableException last = null;
      for (PeerNode node : owners.ownerFirst(region, digest)) {
        try {
          Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
          peers.copy(node, digest, blob.revision(), left);
          return;
        } catch (PeerUnreachableException e) {
          last = e;
        }
      }
      throw last != null ? last : new PeerUnreachableException("no node is in contact", null);
    }

    /** Nobody else may be there to be asked; this one is not asked in a tight loop then. */
    private void pauseBeforeAsking() {
      try {
        TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
