package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.cluster.NodeReports;
import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.prepare.AdminPreparer;
import dev.meridian.controlplane.prepare.PreparedCommand;
import dev.meridian.controlplane.query.OperatorQueries.OnlyCopies;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.raft.RaftNode;
import dev.meridian.controlplane.raft.RaftStatus;
import dev.meridian.controlplane.rpc.calls.Commands;
import dev.meridian.controlplane.rpc.calls.Reads;
import dev.meridian.controlplane.rpc.calls.RejectedException;
import dev.meridian.controlplane.rpc.calls.RequestFields;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.DrainNodeReply;
import dev.meridian.proto.admin.DrainNodeRequest;
import dev.meridian.proto.admin.DrainRegionReply;
import dev.meridian.proto.admin.DrainRegionRequest;
import dev.meridian.proto.admin.ListNodesReply;
import dev.meridian.proto.admin.ListNodesRequest;
import dev.meridian.proto.admin.ListRegionsReply;
import dev.meridian.proto.admin.ListRegionsRequest;
import dev.meridian.proto.admin.RegionServiceGrpc;
import dev.meridian.proto.admin.RemoveRegionReply;
import dev.meridian.proto.admin.RemoveRegionRequest;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.metadata.ReadOptions;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What operators ask of regions and nodes. Reads are linearizable. */
final class RegionService extends RegionServiceGrpc.RegionServiceImplBase {

  private final RaftNode raft;
  private final AdminPreparer preparer;
  private final Commands commands;
  private final Reads reads;
  private final NodeReports reports;

  RegionService(
      RaftNode raft, AdminPreparer preparer, Commands commands, Reads reads, NodeReports reports) {
    this.raft = raft;
    this.preparer = preparer;
    this.commands = commands;
    this.reads = reads;
    this.reports = reports;
  }

  @Override
  public void listRegions(ListRegionsRequest request, StreamObserver<ListRegionsReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var found =
              list(
                  queries -> queries.forOperators().regions(), UnaryCall.deadline(UnaryCall.QUERY));
          RegionFigures figures = new RegionFigures(reports.all());
          return ListRegionsReply.newBuilder()
              .setRevision(found.revision())
              .addAllRegions(
                  found.value().stream()
                      .map(region -> AdminReplies.region(region, figures))
                      .toList())
              .build();
        });
  }

  @Override
  public void drainRegion(DrainRegionRequest request, StreamObserver<DrainRegionReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            DrainRegionReply.newBuilder()
                .setRevision(run(preparer.prepare(request), UnaryCall.deadline(UnaryCall.COMMAND)))
                .build());
  }

  @Override
  public void removeRegion(RemoveRegionRequest request, StreamObserver<RemoveRegionReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          Deadline deadline = UnaryCall.deadline(UnaryCall.COMMAND);
          RegionId region = RequestFields.region(request.getRegion());
          requireNoMember(region);
          if (!request.getForce()) {
            requireOtherCopies(region, deadline);
          }
          return RemoveRegionReply.newBuilder()
              .setRevision(run(preparer.prepare(request), deadline))
              .build();
        });
  }

  @Override
  public void listNodes(ListNodesRequest request, StreamObserver<ListNodesReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          String region =
              request.getRegion().isEmpty()
                  ? ""
                  : RequestFields.region(request.getRegion()).value();
          var found = list(Queries::nodes, UnaryCall.deadline(UnaryCall.QUERY));
          return ListNodesReply.newBuilder()
              .setRevision(found.revision())
              .addAllNodes(
                  found.value().stream()
                      .filter(node -> region.isEmpty() || node.region().value().equals(region))
                      .map(AdminReplies::node)
                      .toList())
              .build();
        });
  }

  @Override
  public void drainNode(DrainNodeRequest request, StreamObserver<DrainNodeReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            DrainNodeReply.newBuilder()
                .setRevision(run(preparer.prepare(request), UnaryCall.deadline(UnaryCall.COMMAND)))
                .build());
  }

  /** A region whose metadata server goes on would announce itself again. */
  private void requireNoMember(RegionId region) {
    boolean member =
        raft.status().stream()
            .flatMap(status -> status.members().stream())
            .map(RaftStatus.Member::region)
            .anyMatch(region::equals);
    if (member) {
      throw inUse(
          "region "
              + region
              + " has a metadata server: remove that first, by `meridianctl raft remove "
              + region
              + "`",
          List.of(region.value()));
    }
  }

  /** Looks at all objects of the region, some at a time, so that no view is open for long. */
  private void requireOtherCopies(RegionId region, Deadline deadline) {
    reads.confirm(deadline);
    List<String> onlyHere = new ArrayList<>();
    OnlyCopies found = new OnlyCopies(List.of(), "", true);
    while (found.more() && onlyHere.size() < Rejection.MAX_SUBJECTS) {
      if (deadline.passed()) {
        throw new UnavailableException(
            "not all objects of region " + region + " could be looked at in time: try again");
      }
      String last = found.last();
      found =
          reads
              .local(queries -> queries.forOperators().onlyCopies(region, last, Queries.MAX_PAGE))
              .value();
      found.blobs().forEach(blob -> onlyHere.add(blob.toString()));
    }
    if (!onlyHere.isEmpty()) {
      throw inUse(
          "region "
              + region
              + " has the only copy of "
              + (found.more() ? "at least " : "")
              + onlyHere.size()
              + " blobs, such as "
              + onlyHere.getFirst()
              + ": they would be lost",
          onlyHere);
    }
  }

  private static RejectedException inUse(String message, List<String> subjects) {
    return new RejectedException(
        new Rejection(RejectionCode.IN_USE, message, subjects).toProto(), 0);
  }

  private long run(PreparedCommand command, Deadline deadline) {
    return commands.run(command, deadline).getRevision();
  }

  private <T> Answer<T> list(Function<Queries, T> query, Deadline deadline) {
    return reads.list(ReadOptions.getDefaultInstance(), deadline, query);
  }
}
