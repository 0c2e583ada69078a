package dev.meridian.node.metadata.grpc;

import com.google.protobuf.ByteString;
import dev.meridian.proto.metadata.CheckQuorumReply;
import dev.meridian.proto.metadata.CheckQuorumRequest;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.GetBlobReply;
import dev.meridian.proto.metadata.GetBlobRequest;
import dev.meridian.proto.metadata.GetManifestReply;
import dev.meridian.proto.metadata.GetManifestRequest;
import dev.meridian.proto.metadata.GetPlacementsReply;
import dev.meridian.proto.metadata.GetPlacementsRequest;
import dev.meridian.proto.metadata.GetPolicyReply;
import dev.meridian.proto.metadata.GetPolicyRequest;
import dev.meridian.proto.metadata.ListCopiesReply;
import dev.meridian.proto.metadata.ListCopiesRequest;
import dev.meridian.proto.metadata.ListMissingReply;
import dev.meridian.proto.metadata.ListMissingRequest;
import dev.meridian.proto.metadata.ListTagsReply;
import dev.meridian.proto.metadata.ListTagsRequest;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.MissingBlob;
import dev.meridian.proto.metadata.NodeInfo;
import dev.meridian.proto.metadata.NodeReport;
import dev.meridian.proto.metadata.Placement;
import dev.meridian.proto.metadata.PlacementPolicy;
import dev.meridian.proto.metadata.PutManifestResult;
import dev.meridian.proto.metadata.ReadOptions;
import dev.meridian.proto.metadata.RegionInfo;
import dev.meridian.proto.metadata.RejectionDetail;
import dev.meridian.proto.metadata.StoredCopy;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A metadata server that remembers what it was asked and fails as it is told. */
final class FakeMetadataService extends MetadataServiceGrpc.MetadataServiceImplBase
    implements ServerInterceptor {

  static final String CLUSTER = "demo";
  static final String DIGEST = "sha256:" + "a".repeat(64);

  final AtomicLong revision = new AtomicLong(100);
  final List<ExecuteRequest> executed = new CopyOnWriteArrayList<>();
  final List<ReadOptions> reads = new CopyOnWriteArrayList<>();

  /** Calls that failed for want of a quorum. */
  final AtomicInteger undecided = new AtomicInteger();

  /** The next calls fail like this, one each; a hanging call is {@link #HANG}. */
  final Queue<Status> failures = new ConcurrentLinkedQueue<>();

  static final Status HANG = Status.OK;

  /** What all servers of the cluster know. */
  final Set<String> tags;

  private final Map<ByteString, ExecuteReply> outcomes;

  private final Map<String, NodeReport> nodes = new TreeMap<>();
  private String clusterId = "c1";
  private final Set<String> drainedNodes = new TreeSet<>();
  private final Set<String> drainedRegions = new TreeSet<>();
  private final List<StreamObserver<ClusterView>> sessions = new CopyOnWriteArrayList<>();
  private final AtomicLong clusterTime = new AtomicLong(1_000_000);
  volatile boolean quorum = true;
  volatile boolean down;

  /** Sessions are taken and get no view. */
  volatile boolean outsideOfItsCluster;

  /** Commands are applied, and their answers lost. */
  volatile boolean losesAnswers;

  FakeMetadataService() {
    tags = ConcurrentHashMap.newKeySet();
    outcomes = new ConcurrentHashMap<>();
  }

  /** Another server of the same cluster. */
  FakeMetadataService(FakeMetadataService other) {
    tags = other.tags;
    outcomes = other.outcomes;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    String cluster =
        headers.get(Metadata.Key.of("meridian-cluster", Metadata.ASCII_STRING_MARSHALLER));
    Status failure = down ? Status.UNAVAILABLE.withDescription("down") : failures.poll();
    if (!CLUSTER.equals(cluster)) {
      failure = Status.FAILED_PRECONDITION.withDescription("this is cluster " + CLUSTER);
    }
    if (failure == null) {
      return next.startCall(call, headers);
    }
    if (failure != HANG) {
      call.close(failure, new Metadata());
    }
    return new ServerCall.Listener<>() {};
  }

  @Override
  public void execute(ExecuteRequest request, StreamObserver<ExecuteReply> answer) {
    executed.add(request);
    if (request.hasRenewLink()) {
      answer.onError(unavailable("unknown"));
      return;
    }
    ExecuteReply earlier = outcomes.get(request.getCommandId());
    if (earlier == null
        && request.hasDeleteTag()
        && !tags.remove(request.getDeleteTag().getTag())) {
      Metadata trailers = new Metadata();
      trailers.put(
          MetadataErrors.REJECTION,
          RejectionDetail.newBuilder()
              .setCode("TAG_UNKNOWN")
              .setMessage("no such tag")
              .addSubjects(request.getDeleteTag().getTag())
              .setRevision(revision.get())
              .build()
              .toByteArray());
      answer.onError(Status.NOT_FOUND.asException(trailers));
      return;
    }
    ExecuteReply reply = earlier == null ? decided(request) : earlier;
    outcomes.put(request.getCommandId(), reply);
    if (losesAnswers) {
      answer.onError(Status.UNAVAILABLE.withDescription("connection reset").asException());
      return;
    }
    answer.onNext(reply);
    answer.onCompleted();
  }

  private ExecuteReply decided(ExecuteRequest request) {
    ExecuteReply.Builder reply = ExecuteReply.newBuilder().setRevision(revision.incrementAndGet());
    if (request.hasPutManifest()) {
      reply.setPutManifest(PutManifestResult.newBuilder().setDigest(DIGEST));
    }
    return reply.build();
  }

  private static StatusException unavailable(String outcome) {
    Metadata trailers = new Metadata();
    trailers.put(MetadataErrors.OUTCOME, outcome);
    return Status.UNAVAILABLE.withDescription("no quorum").asException(trailers);
  }

  @Override
  public void getManifest(GetManifestRequest request, StreamObserver<GetManifestReply> answer) {
    if (lacksQuorum(request.getRead(), answer)) {
      return;
    }
    reads.add(request.getRead());
    answer.onNext(
        GetManifestReply.newBuilder()
            .setRevision(revision.get())
            .setDigest(DIGEST)
            .setMediaType("application/vnd.oci.image.manifest.v1+json")
            .setSize(4 << 20)
            .setContent(ByteString.copyFrom(new byte[4 << 20]))
            .build());
    answer.onCompleted();
  }

  @Override
  public void getBlob(GetBlobRequest request, StreamObserver<GetBlobReply> answer) {
    if (lacksQuorum(request.getRead(), answer)) {
      return;
    }
    reads.add(request.getRead());
    answer.onNext(
        GetBlobReply.newBuilder()
            .setRevision(revision.get())
            .setSize(7)
            .addPlacements(Placement.newBuilder().setRegion("us-east").setObjectKey("objects/1/k"))
            .setRenewalDue(true)
            .addOnly("us-east")
            .build());
    answer.onCompleted();
  }

  @Override
  public void getPolicy(GetPolicyRequest request, StreamObserver<GetPolicyReply> answer) {
    if (lacksQuorum(request.getRead(), answer)) {
      return;
    }
    reads.add(request.getRead());
    answer.onNext(
        GetPolicyReply.newBuilder()
            .setRevision(revision.get())
            .setPolicy(
                PlacementPolicy.newBuilder()
                    .addEager("us-east")
                    .addOnly("eu-west")
                    .addOnly("us-east")
                    .setMinCopies(2))
            .build());
    answer.onCompleted();
  }

  @Override
  public void listTags(ListTagsRequest request, StreamObserver<ListTagsReply> answer) {
    if (lacksQuorum(request.getRead(), answer)) {
      return;
    }
    reads.add(request.getRead());
    answer.onNext(
        ListTagsReply.newBuilder()
            .setRevision(revision.get())
            .addTags(request.getLast() + "x")
            .setMore(true)
            .build());
    answer.onCompleted();
  }

  @Override
  public void getPlacements(
      GetPlacementsRequest request, StreamObserver<GetPlacementsReply> answer) {
    reads.add(request.getRead());
    answer.onNext(
        GetPlacementsReply.newBuilder()
            .setRevision(revision.get())
            .setSize(12)
            .addPlacements(Placement.newBuilder().setRegion("us-east").setObjectKey("objects/1/k"))
            .build());
    answer.onCompleted();
  }

  @Override
  public void listMissing(ListMissingRequest request, StreamObserver<ListMissingReply> answer) {
    answer.onNext(
        ListMissingReply.newBuilder()
            .addBlobs(
                MissingBlob.newBuilder()
                    .setDigest(DIGEST)
                    .setSize(12)
                    .setSinceMs(1000)
                    .setBackfill(!request.getNewest())
                    .addPlacements(Placement.newBuilder().setRegion("us-east")))
            .setCursor(
                request.getAfter().isEmpty() ? ByteString.copyFromUtf8("c") : ByteString.EMPTY)
            .setPaused(!request.getAfter().isEmpty())
            .build());
    answer.onCompleted();
  }

  @Override
  public void listCopies(ListCopiesRequest request, StreamObserver<ListCopiesReply> answer) {
    answer.onNext(
        ListCopiesReply.newBuilder()
            .addCopies(
                StoredCopy.newBuilder()
                    .setObjectKey(request.getLast() + "x")
                    .setDigest(DIGEST)
                    .setSize(12)
                    .setVerifiedMs(1000))
            .setMore(true)
            .build());
    answer.onCompleted();
  }

  @Override
  public void checkQuorum(CheckQuorumRequest request, StreamObserver<CheckQuorumReply> answer) {
    if (lacksQuorum(ReadOptions.getDefaultInstance(), answer)) {
      return;
    }
    answer.onNext(CheckQuorumReply.newBuilder().setRevision(revision.get()).build());
    answer.onCompleted();
  }

  private boolean lacksQuorum(ReadOptions options, StreamObserver<?> answer) {
    if (quorum || options.getMode() == ReadOptions.Mode.LOCAL) {
      return false;
    }
    undecided.incrementAndGet();
    answer.onError(unavailable("none"));
    return true;
  }

  @Override
  public StreamObserver<NodeReport> join(StreamObserver<ClusterView> views) {
    return new StreamObserver<>() {
      private String nodeId = "";

      @Override
      public void onNext(NodeReport report) {
        if (outsideOfItsCluster) {
          return;
        }
        if (nodeId.isEmpty()) {
          nodeId = report.getNodeId();
          sessions.add(views);
        }
        put(report);
      }

      @Override
      public void onError(Throwable cause) {
        leave();
      }

      @Override
      public void onCompleted() {
        leave();
        views.onCompleted();
      }

      private void leave() {
        sessions.remove(views);
        remove(nodeId);
      }
    };
  }

  /** Another node joins. */
  synchronized void put(NodeReport node) {
    nodes.put(node.getNodeId(), node);
    publish();
  }

  synchronized void remove(String nodeId) {
    nodes.remove(nodeId);
    publish();
  }

  /** The cluster was restored from a backup. */
  synchronized void restore(String id) {
    clusterId = id;
    publish();
  }

  synchronized void drainNode(String nodeId) {
    drainedNodes.add(nodeId);
    publish();
  }

  synchronized void drainRegion(String region) {
    drainedRegions.add(region);
    publish();
  }

  /** What a node told last. */
  synchronized NodeReport report(String nodeId) {
    return nodes.get(nodeId);
  }

  synchronized List<String> nodeIds() {
    return List.copyOf(nodes.keySet());
  }

  /** Breaks all sessions, as a server that dies does. */
  synchronized void breakSessions() {
    sessions.forEach(views -> views.onError(Status.UNAVAILABLE.asException()));
    sessions.clear();
  }

  private void publish() {
    ClusterView view =
        ClusterView.newBuilder()
            .setClusterId(clusterId)
            .setClusterTimeMs(clusterTime.addAndGet(1000))
            .addAllNodes(
                nodes.values().stream()
                    .map(node ->
                        NodeInfo.newBuilder()
                            .setNodeId(node.getNodeId())
                            .setRegion(node.getRegion())
                            .setInternalAddress(node.getInternalAddress())
                            .setDrained(drainedNodes.contains(node.getNodeId()))
                            .build())
                    .toList())
            .addAllDrainedRegions(drainedRegions)
            .addAllRegions(
                nodes.values().stream()
                    .map(node ->
                        RegionInfo.newBuilder()
                            .setRegion(node.getRegion())
                            .setPublicUrl(node.getPublicUrl())
                            .build())
                    .toList())
            .addUploadKeys(ByteString.copyFromUtf8("key"))
            .build();
    sessions.forEach(views -> views.onNext(view));
  }
}
