package dev.meridian.node.metadata.grpc;

import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.grpc.EndpointSelector.Need;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.NodeReport;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * This node's session with a metadata server: a stream that is open as long as the node lives and
 * brings views of the cluster. When it breaks, or brings nothing for longer than two views should
 * take, it is opened anew, at another server if its own is not there; from another one it moves
 * back to its own as soon as that answers.
 */
final class ClusterSession implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterSession.class);

  /** Servers send a view at least every 5 s. */
  private static final Duration SILENCE = Duration.ofSeconds(12);

  /** They send the first at once, unless they are in no cluster themselves. */
  private static final Duration FIRST_SILENCE = Duration.ofSeconds(3);

  /** How long a session away from the own server lasts before the own one is tried again. */
  private static final Duration AWAY = Duration.ofSeconds(10);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** The node serves nobody before the first view. */
  private static final Duration LONGEST_PAUSE_AT_THE_START = Duration.ofMillis(200);

  /** How often a node says how it fares. */
  private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(5);

  private final MetadataCalls calls;
  private final EndpointSelector selector;
  private final Membership.Member self;
  private final Supplier<Membership.Report> report;
  private final Runnable renewal;
  private final ClusterClock clock = new ClusterClock(System::nanoTime);
  private final Set<String> warnings = ConcurrentHashMap.newKeySet();
  private final CountDownLatch firstView = new CountDownLatch(1);
  private final Thread thread;
  private volatile Membership membership;
  private volatile boolean closed;

  /**
   * @param report what the plane is to know of this node, asked for whenever it is sent
   * @param renewal is run when the cluster has become another one
   */
  ClusterSession(
      MetadataCalls calls,
      EndpointSelector selector,
      Membership.Member self,
      Supplier<Membership.Report> report,
      Runnable renewal) {
    this.calls = calls;
    this.selector = selector;
    this.self = self;
    this.report = report;
    this.renewal = renewal;
    thread = Thread.ofVirtual().name("cluster-session").start(this::run);
  }

  /** Waits for the first view; false when none came in time. */
  boolean awaitFirstView(Duration deadline) throws InterruptedException {
    return firstView.await(deadline.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The last view, if one has come. */
  Optional<Membership> membership() {
    return Optional.ofNullable(membership);
  }

  long clusterTimeMillis() {
    return clock.millis();
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (!closed) {
      MetadataEndpoint endpoint = selector.order(Need.QUORUM).getFirst();
      boolean hadViews = new Stream(endpoint).follow();
      Duration longest = membership == null ? LONGEST_PAUSE_AT_THE_START : LONGEST_PAUSE;
      pause = hadViews ? FIRST_PAUSE : min(pause.multipliedBy(2), longest);
      if (!closed) {
        pause(pause);
      }
    }
  }

  private void accept(ClusterView view) {
    clock.observe(view.getClusterTimeMs());
    Membership known = membership;
    membership = QueryMessages.membership(view, this::warnOnce);
    if (known != null && !known.clusterId().equals(view.getClusterId())) {
      LOG.info("the cluster was restored: its id is {} now", view.getClusterId());
      renewal.run();
    }
    firstView.countDown();
  }

  private void warnOnce(String problem) {
    if (warnings.add(problem)) {
      LOG.warn("ignored: {}", problem);
    }
  }

  /** Ends the session; the metadata plane takes the node out of the cluster. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      LOG.debug("the cluster session closes");
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** One stream to one server. */
  private final class Stream implements ClientResponseObserver<NodeReport, ClusterView> {

    private final MetadataEndpoint endpoint;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final long opened = System.nanoTime();
    private volatile long lastView = opened;
    private volatile long lastNamed = opened;
    private long lastReport;
    private volatile boolean hadViews;
    private volatile ClientCallStreamObserver<NodeReport> call;

    Stream(MetadataEndpoint endpoint) {
      this.endpoint = endpoint;
    }

    /** Returns when the stream should be opened anew; says whether it has brought views. */
    boolean follow() {
      MetadataServiceGrpc.newStub(calls.channel(endpoint)).join(this);
      tell();
      while (!awaitEnd()) {
        Optional<String> reason = reasonToLeave();
        if (reason.isPresent()) {
          call.cancel(reason.get(), null);
          return hadViews;
        }
        if (olderThan(lastReport, BETWEEN_REPORTS)) {
          tell();
        }
      }
      return hadViews;
    }

    /** The first report joins the node; the thread of the session sends them all. */
    private void tell() {
      lastReport = System.nanoTime();
      call.onNext(QueryMessages.report(self, report.get()));
    }

    private Optional<String> reasonToLeave() {
      if (closed) {
        return Optional.of("the node stops");
      }
      Duration silence = hadViews ? SILENCE : FIRST_SILENCE;
      if (olderThan(lastView, silence)) {
        selector.failed(endpoint, silence);
        return warned("it has sent no view for " + silence.toSeconds() + " s");
      }
      if (olderThan(lastNamed, SILENCE)) {
        return warned("its views do not name this node");
      }
      boolean ownIsBack = selector.isWell(selector.preferred());
      return endpoint != selector.preferred() && ownIsBack && olderThan(opened, AWAY)
          ? Optional.of("back to the region's own metadata server")
          : Optional.empty();
    }

    private Optional<String> warned(String reason) {
      // At the start the cluster may simply not be there yet.
      LOG.atLevel(membership == null ? Level.INFO : Level.WARN)
          .log("opening a new session, since of metadata server {}: {}", endpoint.name(), reason);
      return Optional.of(reason);
    }

    private static boolean olderThan(long nanos, Duration age) {
      return System.nanoTime() - nanos > age.toNanos();
    }

    private boolean awaitEnd() {
      try {
        ended.get(500, TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (ExecutionException e) {
        selector.failed(endpoint, Duration.ZERO);
        if (hadViews && !closed) {
          LOG.warn("the session with metadata server {} broke", endpoint.name(), e.getCause());
        }
        return true;
      } catch (InterruptedException e) {
        // Only close() interrupts; the reason to leave is found next.
        return false;
      }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<NodeReport> stream) {
      call = stream;
    }

    @Override
    public void onNext(ClusterView view) {
      lastView = System.nanoTime();
      if (view.getNodesList().stream().anyMatch(node -> node.getNodeId().equals(self.nodeId()))) {
        lastNamed = lastView;
      }
      hadViews = true;
      selector.answered(endpoint, Need.REPLICA);
      accept(view);
    }

    @Override
    public void onError(Throwable cause) {
      ended.completeExceptionally(cause);
    }

    @Override
    public void onCompleted() {
      ended.complete(null);
    }
  }
}
