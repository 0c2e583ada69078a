package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.raft.AppliedRevision;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.proto.metadata.AwaitRevisionReply;
import dev.meridian.proto.metadata.AwaitRevisionRequest;
import dev.meridian.proto.metadata.PeerServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** Answers the other metadata servers. */
final class PeerService extends PeerServiceGrpc.PeerServiceImplBase {

  private final AppliedRevision applied;

  PeerService(AppliedRevision applied) {
    this.applied = applied;
  }

  @Override
  public void awaitRevision(
      AwaitRevisionRequest request, StreamObserver<AwaitRevisionReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          Deadline deadline =
              UnaryCall.deadline(UnaryCall.QUERY)
                  .atMost(Duration.ofMillis(Math.max(0, request.getTimeoutMs())));
          applied.reach(request.getRevision(), deadline);
          return AwaitRevisionReply.newBuilder().setApplied(applied.current()).build();
        });
  }
}
