package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.apply.command.Rejection;
import dev.meridian.controlplane.cluster.AppliedTimes;
import dev.meridian.controlplane.cluster.NodeReports;
import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.prepare.AdminPreparer;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.query.ReplicationQueries.AtRisk;
import dev.meridian.controlplane.query.ReplicationQueries.AtRiskPage;
import dev.meridian.controlplane.query.ReplicationQueries.PendingFound;
import dev.meridian.controlplane.raft.Deadline;
import dev.meridian.controlplane.rpc.calls.Commands;
import dev.meridian.controlplane.rpc.calls.Reads;
import dev.meridian.controlplane.rpc.calls.RequestFields;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.BlobAtRisk;
import dev.meridian.proto.admin.GetReplicationStatusReply;
import dev.meridian.proto.admin.GetReplicationStatusRequest;
import dev.meridian.proto.admin.ListAtRiskReply;
import dev.meridian.proto.admin.ListAtRiskRequest;
import dev.meridian.proto.admin.LocateBlobReply;
import dev.meridian.proto.admin.LocateBlobRequest;
import dev.meridian.proto.admin.LocateImageReply;
import dev.meridian.proto.admin.LocateImageRequest;
import dev.meridian.proto.admin.PauseReplicationReply;
import dev.meridian.proto.admin.PauseReplicationRequest;
import dev.meridian.proto.admin.RegionReplication;
import dev.meridian.proto.admin.ReplicationServiceGrpc;
import dev.meridian.proto.metadata.ReadOptions;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What operators ask of the copies of blobs. Reads are linearizable. */
final class ReplicationService extends ReplicationServiceGrpc.ReplicationServiceImplBase {

  private final AdminPreparer preparer;
  private final Commands commands;
  private final Reads reads;
  private final NodeReports reports;
  private final AppliedTimes times;
  private final InstantSource clock;

  ReplicationService(
      AdminPreparer preparer,
      Commands commands,
      Reads reads,
      NodeReports reports,
      AppliedTimes times,
      InstantSource clock) {
    this.preparer = preparer;
    this.commands = commands;
    this.reads = reads;
    this.reports = reports;
    this.times = times;
    this.clock = clock;
  }

  @Override
  public void getReplicationStatus(
      GetReplicationStatusRequest request, StreamObserver<GetReplicationStatusReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          Optional<RegionId> region =
              Optional.of(request.getRegion())
                  .filter(name -> !name.isEmpty())
                  .map(RequestFields::region);
          RegionFigures figures = new RegionFigures(reports.all());
          Answer<GetReplicationStatusReply.Builder> found =
              lookUp(queries -> status(queries, region, figures));
          return found.value().setRevision(found.revision()).build();
        });
  }

  private Lookup<GetReplicationStatusReply.Builder> status(
      Queries queries, Optional<RegionId> region, RegionFigures figures) {
    List<PendingFound> regions =
        queries.forReplication().pending().stream()
            .filter(found -> region.isEmpty() || region.get().equals(found.region()))
            .toList();
    if (region.isPresent() && regions.isEmpty()) {
      return new Lookup.Missing<>(Rejection.regionUnknown(region.get()));
    }
    return new Lookup.Found<>(
        GetReplicationStatusReply.newBuilder()
            .addAllRegions(regions.stream().map(found -> status(found, figures)).toList())
            .setReviewing(queries.forCopies().isReviewing()));
  }

  private RegionReplication status(PendingFound found, RegionFigures figures) {
    return RegionReplication.newBuilder()
        .setRegion(found.region().value())
        .setPendingBlobs(found.blobs())
        .setPendingBytes(found.bytes())
        .setBackfillBlobs(found.backfillBlobs())
        .setBackfillBytes(found.backfillBytes())
        .setMisplacedBlobs(found.misplacedBlobs())
        .setMisplacedBytes(found.misplacedBytes())
        .setOldestMs(found.since().map(times::age).map(Duration::toMillis).orElse(0L))
        .setPaused(found.paused())
        .setRateBytes(figures.rateBytes(found.region()))
        .setErrors(figures.errors(found.region()))
        .build();
  }

  @Override
  public void pauseReplication(
      PauseReplicationRequest request, StreamObserver<PauseReplicationReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            PauseReplicationReply.newBuilder()
                .setRevision(
                    commands
                        .run(preparer.prepare(request), UnaryCall.deadline(UnaryCall.COMMAND))
                        .getRevision())
                .build());
  }

  @Override
  public void locateBlob(LocateBlobRequest request, StreamObserver<LocateBlobReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          Digest digest = RequestFields.digest(request.getDigest());
          var found =
              lookUp(queries -> {
                BlobLocations locations = new BlobLocations(clock, queries);
                return queries.forCopies().blob(digest).map(blob -> locations.of(digest, blob));
              });
          return LocateBlobReply.newBuilder()
              .setRevision(found.revision())
              .setBlob(found.value())
              .build();
        });
  }

  @Override
  public void locateImage(LocateImageRequest request, StreamObserver<LocateImageReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var repository = RequestFields.repository(request.getRepository());
          var reference = RequestFields.reference(request.getReference());
          var found =
              lookUp(queries -> {
                BlobLocations locations = new BlobLocations(clock, queries);
                return queries
                    .forReplication()
                    .image(repository, reference)
                    .map(image ->
                        LocateImageReply.newBuilder()
                            .setDigest(image.digest().toString())
                            .addAllBlobs(
                                image.blobs().stream()
                                    .map(blob -> locations.of(blob.digest(), blob.blob()))
                                    .toList())
                            .addAllWanted(image.wanted().stream().map(RegionId::value).toList()));
              });
          return found.value().setRevision(found.revision()).build();
        });
  }

  /** Looks at some blobs at a time, so that no view is open for long, and ends in time. */
  @Override
  public void listAtRisk(ListAtRiskRequest request, StreamObserver<ListAtRiskReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          Deadline deadline = UnaryCall.deadline(UnaryCall.QUERY);
          RegionId region = RequestFields.region(request.getRegion());
          int limit = RequestFields.limit(request.getLimit());
          Optional<Digest> last =
              Optional.of(request.getLast())
                  .filter(text -> !text.isEmpty())
                  .map(RequestFields::digest);
          // Of a region whose name is mistyped nothing would be at risk.
          long revision = lookUp(queries -> queries.forOperators().region(region)).revision();
          List<AtRisk> blobs = new ArrayList<>();
          AtRiskPage found;
          do {
            Optional<Digest> after = last;
            int left = limit - blobs.size();
            found =
                reads
                    .local(queries -> queries.forReplication().atRisk(region, after, left))
                    .value();
            blobs.addAll(found.blobs());
            last = found.last();
          } while (found.more() && blobs.size() < limit && !deadline.passed());
          return ListAtRiskReply.newBuilder()
              .setRevision(revision)
              .addAllBlobs(blobs.stream().map(ReplicationService::atRisk).toList())
              .setMore(found.more())
              .setLast(last.map(Digest::toString).orElse(""))
              .build();
        });
  }

  private static BlobAtRisk atRisk(AtRisk found) {
    return BlobAtRisk.newBuilder()
        .setDigest(found.digest().toString())
        .setSize(found.size())
        .setRepositories(found.links())
        .setImage(found.image().orElse(""))
        .build();
  }

  private <T> Answer<T> lookUp(Function<Queries, Lookup<T>> query) {
    return reads.lookUp(
        ReadOptions.getDefaultInstance(), UnaryCall.deadline(UnaryCall.QUERY), query);
  }
}
