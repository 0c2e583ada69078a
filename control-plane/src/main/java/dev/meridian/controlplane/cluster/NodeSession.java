package dev.meridian.controlplane.cluster;

import dev.meridian.controlplane.query.Queries.NodeFound;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.NodeReport;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.atomic.AtomicBoolean;

/** One stream of one node. Views are sent by one thread at a time; the newest is what counts. */
final class NodeSession {

  private volatile NodeReport report;
  private final ServerCallStreamObserver<ClusterView> views;
  private final AtomicBoolean joining = new AtomicBoolean();
  private volatile boolean confirmed;
  private ClusterView sent;
  private long sentNanos;
  private boolean ended;

  NodeSession(NodeReport report, ServerCallStreamObserver<ClusterView> views) {
    this.report = report;
    this.views = views;
  }

  /** The newest. */
  NodeReport report() {
    return report;
  }

  /** A further report of the same node at the same address. */
  void update(NodeReport newer) {
    report = newer;
  }

  String nodeId() {
    return report.getNodeId();
  }

  /** Whether a further report is of the same node at the same address. */
  boolean isOf(NodeReport other) {
    NodeReport own = report;
    return own.getNodeId().equals(other.getNodeId())
        && own.getRegion().equals(other.getRegion())
        && own.getInternalAddress().equals(other.getInternalAddress());
  }

  /** Whether the store has the node where it is. */
  boolean isOf(NodeFound found) {
    NodeReport own = report;
    return found.nodeId().equals(own.getNodeId())
        && found.region().value().equals(own.getRegion())
        && found.internalAddress().equals(own.getInternalAddress());
  }

  /** Whether the store also has all else that the node last said of itself and others rely on. */
  boolean isDescribedBy(NodeFound found) {
    return found.publicUrl().equals(report.getPublicUrl());
  }

  /** The store has the node where it is, with this session's server. */
  void confirm() {
    confirmed = true;
  }

  boolean isConfirmed() {
    return confirmed;
  }

  /** True for the one that may propose that the node joins; to be followed by {@link #joined}. */
  boolean beginJoin() {
    return joining.compareAndSet(false, true);
  }

  void joined() {
    joining.set(false);
  }

  /**
   * Sends a view if the node does not have it, or has not heard for so long. A node that does not
   * read is left alone until it does: it would only pile views up.
   */
  synchronized void send(ClusterView view, long silenceNanos) {
    long now = System.nanoTime();
    boolean due =
        sent == null || !ClusterViews.sameCluster(sent, view) || now - sentNanos >= silenceNanos;
    if (ended || !due || !views.isReady()) {
      return;
    }
    views.onNext(view);
    sent = view;
    sentNanos = now;
  }

  /** Ends the stream; the node opens another, here or elsewhere. */
  synchronized void end(Status status) {
    if (!ended) {
      ended = true;
      views.onError(status.asRuntimeException());
    }
  }

  /** The node ended the stream, or its connection broke. */
  synchronized void gone() {
    if (!ended) {
      ended = true;
      if (!views.isCancelled()) {
        views.onCompleted();
      }
    }
  }
}
