package dev.meridian.node.health;

import dev.meridian.model.RegionId;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.health.Checks.Check;
import dev.meridian.node.health.HealthFacts.Drain;
import dev.meridian.node.health.HealthFacts.Verdict;
import dev.meridian.node.metadata.MetadataClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Health as probes in the background find it. */
public final class ProbedHealth implements HealthState, AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /** Twice this, and the pause between, is how long a storage that hangs goes unnoticed: 5 s. */
  private static final Duration STORAGE = Duration.ofMillis(1_600);

  private static final Duration QUICK = Duration.ofSeconds(1);
  private static final Duration CALM = Duration.ofSeconds(3);

  private final RegionId region;
  private final DrainWatch drains;
  private final InstantSource clock;
  private final BooleanSupplier storageRefused;
  private final ProbeLoop cluster;
  private final ProbeLoop reads;
  private final ProbeLoop quorum;
  private final ProbeLoop storage;
  private final ProbeLoop otherStorage;
  private final ProbeLoop disk;
  private final ProbeLoop verdicts;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean stopping;
  private RegionHealth last;

  /**
   * Begins to ask.
   *
   * @param storageRefused whether requests found this region's storage to be down
   * @param disk directories of local disks that this node writes to
   * @param anyOtherStorage whether object storage of another region answers; may block for a while
   * @param drains is shown what the plane says of the cluster
   */
  public ProbedHealth(
      RegionId region,
      MetadataClient metadata,
      BlobStore store,
      BooleanSupplier storageRefused,
      List<Path> disk,
      BooleanSupplier anyOtherStorage,
      DrainWatch drains,
      InstantSource clock) {
    this.region = region;
    this.drains = drains;
    this.clock = clock;
    this.storageRefused = storageRefused;
    cluster = new ProbeLoop("membership", () -> drains.see(metadata.membership()), DEADLINE, QUICK);
    reads = new ProbeLoop("metadata", new ReadProbe(metadata, region), DEADLINE, QUICK);
    quorum = new ProbeLoop("quorum", new QuorumProbe(metadata, DEADLINE), DEADLINE, CALM);
    storage = new ProbeLoop("object storage", new StorageProbe(store), STORAGE, STORAGE);
    otherStorage =
        new ProbeLoop(
            "object storage of other regions",
            () -> require(anyOtherStorage),
            DEADLINE.multipliedBy(3),
            CALM);
    this.disk = new ProbeLoop("local disk", new DiskProbe(disk), DEADLINE, CALM);
    // Asked often enough that the time since a status holds is right when nobody else asks.
    verdicts = new ProbeLoop("region", this::region, DEADLINE, QUICK);
  }

  private static void require(BooleanSupplier anyOtherStorage) {
    if (!anyOtherStorage.getAsBoolean()) {
      throw new IllegalStateException("no other region's object storage is known to answer");
    }
  }

  @Override
  public Checks live() {
    return new Checks(List.of(Check.of("process", true, "")));
  }

  @Override
  public Checks started() {
    return facts().started();
  }

  @Override
  public Checks ready() {
    return facts().ready();
  }

  @Override
  public Map<String, Boolean> instance() {
    return facts().instance();
  }

  @Override
  public Map<String, Boolean> endToEnd() {
    return facts().endToEnd();
  }

  @Override
  public RegionHealth region() {
    Verdict verdict = facts().region();
    lock.lock();
    try {
      boolean same = last != null && last.status() == verdict.status();
      last =
          new RegionHealth(
              region, verdict.status(), verdict.reasons(), same ? last.since() : clock.instant());
      return last;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void drain() {
    stopping = true;
  }

  @Override
  public boolean takesNewWork() {
    return drains.takesNewWork();
  }

  @Override
  public boolean storageUp() {
    return storage.isUp() && !storageRefused.getAsBoolean();
  }

  private HealthFacts facts() {
    return new HealthFacts(
        cluster.succeededOnce(),
        reads.succeededOnce(),
        reads.sinceSuccess(),
        quorum.sinceSuccess(),
        storageUp(),
        otherStorage.isUp(),
        disk.isUp(),
        drained());
  }

  private Set<Drain> drained() {
    Set<Drain> known = EnumSet.noneOf(Drain.class);
    if (stopping) {
      known.add(Drain.STOP);
    }
    if (drains.nodeDrained()) {
      known.add(Drain.NODE);
    }
    if (drains.regionDrained()) {
      known.add(Drain.REGION);
    }
    return known;
  }

  @Override
  public void close() {
    List.of(cluster, reads, quorum, storage, otherStorage, disk, verdicts)
        .forEach(ProbeLoop::close);
  }
}
