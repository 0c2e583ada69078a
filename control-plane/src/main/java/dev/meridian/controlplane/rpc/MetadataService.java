package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.cluster.NodeSessions;
import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.query.CopyQueries;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.controlplane.query.ReadableRepositories;
import dev.meridian.controlplane.query.RepositorySearch;
import dev.meridian.controlplane.rpc.calls.Commands;
import dev.meridian.controlplane.rpc.calls.Reads;
import dev.meridian.controlplane.rpc.calls.RequestFields;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.proto.metadata.CheckQuorumReply;
import dev.meridian.proto.metadata.CheckQuorumRequest;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.FindOrphansReply;
import dev.meridian.proto.metadata.FindOrphansRequest;
import dev.meridian.proto.metadata.GetAccountReply;
import dev.meridian.proto.metadata.GetAccountRequest;
import dev.meridian.proto.metadata.GetBlobReply;
import dev.meridian.proto.metadata.GetBlobRequest;
import dev.meridian.proto.metadata.GetManifestReply;
import dev.meridian.proto.metadata.GetManifestRequest;
import dev.meridian.proto.metadata.GetPlacementsReply;
import dev.meridian.proto.metadata.GetPlacementsRequest;
import dev.meridian.proto.metadata.GetPolicyReply;
import dev.meridian.proto.metadata.GetPolicyRequest;
import dev.meridian.proto.metadata.GetVisibilityReply;
import dev.meridian.proto.metadata.GetVisibilityRequest;
import dev.meridian.proto.metadata.ListCopiesReply;
import dev.meridian.proto.metadata.ListCopiesRequest;
import dev.meridian.proto.metadata.ListDoomedReply;
import dev.meridian.proto.metadata.ListDoomedRequest;
import dev.meridian.proto.metadata.ListMissingReply;
import dev.meridian.proto.metadata.ListMissingRequest;
import dev.meridian.proto.metadata.ListReferrersReply;
import dev.meridian.proto.metadata.ListReferrersRequest;
import dev.meridian.proto.metadata.ListRepositoriesReply;
import dev.meridian.proto.metadata.ListRepositoriesRequest;
import dev.meridian.proto.metadata.ListTagsReply;
import dev.meridian.proto.metadata.ListTagsRequest;
import dev.meridian.proto.metadata.MetadataServiceGrpc;
import dev.meridian.proto.metadata.NodeReport;
import dev.meridian.proto.metadata.ReadOptions;
import dev.meridian.proto.metadata.SearchRepositoriesReply;
import dev.meridian.proto.metadata.SearchRepositoriesRequest;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.function.Function;

/** Answers nodes. Each call runs on a virtual thread of its own and may block. */
final class MetadataService extends MetadataServiceGrpc.MetadataServiceImplBase {

  private final Commands commands;
  private final Reads reads;
  private final NodeSessions sessions;

  MetadataService(Commands commands, Reads reads, NodeSessions sessions) {
    this.commands = commands;
    this.reads = reads;
    this.sessions = sessions;
  }

  @Override
  public void execute(ExecuteRequest request, StreamObserver<ExecuteReply> reply) {
    UnaryCall.answer(reply, () -> commands.execute(request, UnaryCall.deadline(UnaryCall.COMMAND)));
  }

  @Override
  public void getManifest(GetManifestRequest request, StreamObserver<GetManifestReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var repository = RequestFields.repository(request.getRepository());
          var reference = RequestFields.reference(request);
          return QueryReplies.manifest(
              reads.lookUp(
                  request.getRead(),
                  UnaryCall.deadline(UnaryCall.QUERY),
                  queries -> queries.manifest(repository, reference, request.getWithContent())));
        });
  }

  @Override
  public void getBlob(GetBlobRequest request, StreamObserver<GetBlobReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var repository = RequestFields.repository(request.getRepository());
          var digest = RequestFields.digest(request.getDigest());
          return QueryReplies.blob(
              reads.lookUp(
                  request.getRead(),
                  UnaryCall.deadline(UnaryCall.QUERY),
                  queries -> queries.blob(repository, digest)));
        });
  }

  @Override
  public void listTags(ListTagsRequest request, StreamObserver<ListTagsReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var repository = RequestFields.repository(request.getRepository());
          int limit = RequestFields.limit(request.getLimit());
          return QueryReplies.tags(
              reads.lookUp(
                  request.getRead(),
                  UnaryCall.deadline(UnaryCall.QUERY),
                  queries -> queries.tags(repository, request.getLast(), limit)));
        });
  }

  @Override
  public void listRepositories(
      ListRepositoriesRequest request, StreamObserver<ListRepositoriesReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            request.hasReader()
                ? listReadable(request)
                : QueryReplies.repositories(
                    list(
                        request.getRead(),
                        queries ->
                            queries.repositories(
                                request.getLast(), RequestFields.limit(request.getLimit())))));
  }

  private ListRepositoriesReply listReadable(ListRepositoriesRequest request) {
    var region = RequestFields.region(request.getReader().getRegion());
    int limit = RequestFields.limit(request.getLimit());
    return AccessReplies.repositories(
        list(
            request.getRead(),
            queries ->
                queries
                    .forAccess()
                    .readable(
                        request.getReader().getPrincipal(), region, request.getLast(), limit)));
  }

  @Override
  public void searchRepositories(
      SearchRepositoriesRequest request, StreamObserver<SearchRepositoriesReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            QueryReplies.found(
                list(
                    request.getRead(),
                    queries ->
                        RepositorySearch.find(
                            request.getTerm(),
                            readable(queries, request),
                            RequestFields.limit(request.getLimit())))));
  }

  private static ReadableRepositories readable(Queries queries, SearchRepositoriesRequest request) {
    return request.hasReader()
        ? queries
            .forAccess()
            .readableBy(
                request.getReader().getPrincipal(),
                RequestFields.region(request.getReader().getRegion()))
        : queries.forAccess().readableByAll();
  }

  @Override
  public void getAccount(GetAccountRequest request, StreamObserver<GetAccountReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            AccessReplies.account(
                reads.lookUp(
                    request.getRead(),
                    UnaryCall.deadline(UnaryCall.QUERY),
                    queries -> queries.forAccess().account(request.getName()))));
  }

  @Override
  public void getVisibility(
      GetVisibilityRequest request, StreamObserver<GetVisibilityReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var repository = RequestFields.repository(request.getRepository());
          return AccessReplies.visibility(
              list(request.getRead(), queries -> queries.forAccess().visibility(repository)));
        });
  }

  private <T> Answer<T> list(ReadOptions options, Function<Queries, T> query) {
    return reads.list(options, UnaryCall.deadline(UnaryCall.QUERY), query);
  }

  @Override
  public void listReferrers(
      ListReferrersRequest request, StreamObserver<ListReferrersReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var repository = RequestFields.repository(request.getRepository());
          var subject = RequestFields.digest(request.getSubject());
          var last = RequestFields.lastDigest(request.getLast());
          int limit = RequestFields.limit(request.getLimit());
          return QueryReplies.referrers(
              reads.list(
                  request.getRead(),
                  UnaryCall.deadline(UnaryCall.QUERY),
                  queries ->
                      queries.referrers(
                          repository, subject, request.getArtifactType(), last, limit)));
        });
  }

  /** As this replica stands: what it does not know yet, the next round finds. */
  @Override
  public void listDoomed(ListDoomedRequest request, StreamObserver<ListDoomedReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var region = RequestFields.region(request.getRegion());
          Duration grace = Duration.ofMillis(request.getGraceMs());
          int limit = RequestFields.limit(request.getLimit());
          var page =
              reads.local(queries -> queries.doomed(region, grace, request.getLast(), limit));
          return ListDoomedReply.newBuilder()
              .addAllObjectKeys(page.value().items())
              .setMore(page.value().more())
              .build();
        });
  }

  /** Behind a barrier: an object that a commit elsewhere has just placed is no orphan. */
  @Override
  public void findOrphans(FindOrphansRequest request, StreamObserver<FindOrphansReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var region = RequestFields.region(request.getRegion());
          var orphans =
              reads.list(
                  ReadOptions.getDefaultInstance(),
                  UnaryCall.deadline(UnaryCall.QUERY),
                  queries -> queries.orphans(region, request.getObjectKeysList()));
          return FindOrphansReply.newBuilder().addAllOrphans(orphans.value()).build();
        });
  }

  @Override
  public void getPolicy(GetPolicyRequest request, StreamObserver<GetPolicyReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var repository = RequestFields.repository(request.getRepository());
          return QueryReplies.policy(
              reads.list(
                  request.getRead(),
                  UnaryCall.deadline(UnaryCall.QUERY),
                  queries -> queries.forCopies().policy(repository)));
        });
  }

  @Override
  public void getPlacements(
      GetPlacementsRequest request, StreamObserver<GetPlacementsReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var digest = RequestFields.digest(request.getDigest());
          return QueryReplies.placements(
              reads.lookUp(
                  request.getRead(),
                  UnaryCall.deadline(UnaryCall.QUERY),
                  queries -> queries.forCopies().blob(digest)));
        });
  }

  /** As this replica stands: what it does not know yet, the next round finds. */
  @Override
  public void listMissing(ListMissingRequest request, StreamObserver<ListMissingReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var region = RequestFields.region(request.getRegion());
          byte[] after = request.getAfter().toByteArray();
          int limit = RequestFields.limit(request.getLimit());
          return reads
              .local(queries -> {
                CopyQueries copies = queries.forCopies();
                boolean paused = copies.isPaused(region);
                return request.getNewest()
                    ? QueryReplies.missing(copies.newestMissing(region, limit), paused)
                    : QueryReplies.missing(copies.missing(region, after, limit), paused);
              })
              .value();
        });
  }

  /** As this replica stands. */
  @Override
  public void listCopies(ListCopiesRequest request, StreamObserver<ListCopiesReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var region = RequestFields.region(request.getRegion());
          int limit = RequestFields.limit(request.getLimit());
          return QueryReplies.copies(
              reads
                  .local(queries -> queries.forCopies().copies(region, request.getLast(), limit))
                  .value());
        });
  }

  @Override
  public void checkQuorum(CheckQuorumRequest request, StreamObserver<CheckQuorumReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            CheckQuorumReply.newBuilder()
                .setRevision(reads.confirm(UnaryCall.deadline(UnaryCall.QUERY)))
                .build());
  }

  @Override
  public StreamObserver<NodeReport> join(StreamObserver<ClusterView> views) {
    return sessions.open(views);
  }
}
