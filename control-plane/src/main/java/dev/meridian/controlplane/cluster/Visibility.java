package dev.meridian.controlplane.cluster;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.model.RegionId;
import dev.meridian.proto.metadata.AwaitRevisionReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until a delete is seen by all metadata servers in contact, so that none of them answers a
 * read by digest with what is gone.
 */
public final class Visibility implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Visibility.class);

  /** How long a delete waits for the other regions. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Servers out of contact are asked again so often: soon after they are back, deletes wait. */
  private static final Duration ROUND = Duration.ofSeconds(1);

  private final Peers peers;

  /** Servers that did not answer last time, with the revision that they missed. */
  private final Map<RegionId, Long> missed = new ConcurrentHashMap<>();

  private final Thread thread = Thread.ofVirtual().name("visibility").unstarted(this::run);

  public Visibility(Peers peers) {
    this.peers = peers;
  }

  /** Begins to look after those that are out of contact. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(ROUND.toNanos());
        if (!missed.isEmpty()) {
          askAgain();
        }
      }
    } catch (InterruptedException e) {
      log.debug("stopped");
    }
  }

  private void askAgain() {
    Map<RegionId, PeerServer> servers = peers.all();
    missed.keySet().retainAll(servers.keySet());
    missed.forEach((region, revision) -> {
      servers.get(region).resetBackoff();
      var unused = ask(region, servers.get(region), revision, Deadline.in(ROUND));
    });
  }

  /**
   * Waits until the servers in contact have applied a revision; 2 s at most. A server that did not
   * answer last time is asked but not waited for.
   */
  public void await(long revision, Deadline deadline) {
    Deadline end = deadline.atMost(PATIENCE);
    List<CompletableFuture<Void>> waited = new ArrayList<>();
    peers
        .all()
        .forEach((region, server) -> {
          boolean inContact = !missed.containsKey(region);
          CompletableFuture<Void> answer = ask(region, server, revision, end);
          if (inContact) {
            waited.add(answer);
          }
        });
    try {
      CompletableFuture.allOf(waited.toArray(CompletableFuture[]::new))
          .get(end.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.debug("not every server has revision {} yet", revision);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private CompletableFuture<Void> ask(
      RegionId region, PeerServer server, long revision, Deadline end) {
    CompletableFuture<Void> answered = new CompletableFuture<>();
    Futures.addCallback(
        server.awaitRevision(revision, end),
        new FutureCallback<AwaitRevisionReply>() {
          @Override
          public void onSuccess(AwaitRevisionReply reply) {
            note(region, reply.getApplied() >= revision, revision);
            answered.complete(null);
          }

          @Override
          public void onFailure(Throwable failure) {
            note(region, false, revision);
            answered.complete(null);
          }
        },
        Runnable::run);
    return answered;
  }

  private void note(RegionId region, boolean seen, long revision) {
    if (seen) {
      if (missed.remove(region) != null) {
        log.info("deletes wait for the metadata server of {} again", region);
      }
    } else if (missed.put(region, revision) == null) {
      log.info(
          "deletes no longer wait for the metadata server of {}, which is out of contact", region);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
