package dev.meridian.node.replication;

import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.CopyQueries.PlacementPolicy;
import dev.meridian.node.metadata.Executed;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataRejectedException.Reason;
import dev.meridian.node.metadata.MetadataUnavailableException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands of pushes in repositories whose policy asks for several copies: copying begins when a
 * blob is committed, and a manifest waits until its blobs are stored in enough regions. The
 * metadata plane alone decides whether they are.
 */
public final class DurablePushes {

  private static final Logger LOG = LoggerFactory.getLogger(DurablePushes.class);

  /** Of what is still missing when the wait is over, an error tells so much. */
  private static final int TOLD = 3;

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final MetadataClient metadata;
  private final PushCopies copies;
  private final Duration wait;

  /**
   * @param wait how long a manifest waits for copies at most
   */
  public DurablePushes(MetadataClient metadata, PushCopies copies, Duration wait) {
    this.metadata = metadata;
    this.copies = copies;
    this.wait = wait;
  }

  /**
   * Runs a command as {@link MetadataClient#execute} does.
   *
   * @throws MetadataRejectedException {@code COPIES_MISSING} when the wait was not long enough; the
   *     message names what is missing where
   */
  public Executed execute(Caller caller, MetadataCommand command) {
    return switch (command) {
      case MetadataCommand.PutManifest push -> put(caller, push);
      case MetadataCommand.CommitBlob commit -> {
        Executed executed = metadata.execute(caller, commit);
        beginCopies(commit.repository(), commit.digest());
        yield executed;
      }
      case MetadataCommand.MountBlob mount -> {
        Executed executed = metadata.execute(caller, mount);
        beginCopies(mount.repository(), mount.digest());
        yield executed;
      }
      case MetadataCommand other -> metadata.execute(caller, other);
    };
  }

  /** The blob is committed, whatever comes of this: its manifest asks again. */
  private void beginCopies(RepositoryName repository, Digest digest) {
    try {
      PlacementPolicy policy = metadata.getPolicy(repository, Freshness.LOCAL);
      if (policy.minCopies() > 1) {
        var unused = copies.begin(digest, policy);
      }
    } catch (MetadataRejectedException | MetadataUnavailableException e) {
      LOG.warn("copies of {} begin with its manifest: {}", digest, e.getMessage());
    }
  }

  private Executed put(Caller caller, MetadataCommand.PutManifest push) {
    long end = System.nanoTime() + wait.toNanos();
    // Work that has just begun again knows no reasons yet: those before it do.
    Set<PushCopies.Work> all = new LinkedHashSet<>();
    for (int attempt = 1; ; attempt++) {
      try {
        return metadata.execute(caller, push);
      } catch (MetadataRejectedException e) {
        if (e.reason() != Reason.COPIES_MISSING) {
          throw e;
        }
        List<PushCopies.Work> works = begin(push.repository(), e);
        all.addAll(works);
        if (!await(works, end) || !pause(attempt, end)) {
          throw missing(e, all);
        }
      }
    }
  }

  private List<PushCopies.Work> begin(RepositoryName repository, MetadataRejectedException e) {
    PlacementPolicy policy = metadata.getPolicy(repository, Freshness.LOCAL);
    return e.subjects().stream().map(Digest::parse).map(d -> copies.begin(d, policy)).toList();
  }

  /** Whether the work on all of them came to an end in time; whether in a good one, apply says. */
  private static boolean await(List<PushCopies.Work> works, long end) {
    try {
      for (PushCopies.Work work : works) {
        var unused = work.enough().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      return System.nanoTime() < end;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("copying for a push ended without a result", e);
    }
  }

  /** What is there in time is there at the first attempt; later ones need not hurry. */
  private static boolean pause(int attempt, long end) {
    long nanos = attempt == 1 ? 0 : Math.min(PAUSE.toNanos(), end - System.nanoTime());
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
      return System.nanoTime() < end;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static MetadataRejectedException missing(
      MetadataRejectedException last, Set<PushCopies.Work> works) {
    String reasons =
        works.stream()
            .flatMap(work -> work.failures().entrySet().stream())
            .map(failure -> failure.getKey() + ": " + failure.getValue())
            .distinct()
            .limit(TOLD)
            .collect(Collectors.joining("; "));
    return new MetadataRejectedException(
        Reason.COPIES_MISSING,
        last.getMessage() + (reasons.isEmpty() ? "" : " (" + reasons + ")"),
        last.subjects(),
        last.revision());
  }
}
