package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.prepare.AdminPreparer;
import dev.meridian.controlplane.prepare.PreparedCommand;
import dev.meridian.controlplane.query.Lookup;
import dev.meridian.controlplane.query.OperatorQueries;
import dev.meridian.controlplane.rpc.calls.Commands;
import dev.meridian.controlplane.rpc.calls.Reads;
import dev.meridian.controlplane.rpc.calls.RequestFields;
import dev.meridian.controlplane.rpc.calls.UnaryCall;
import dev.meridian.controlplane.rpc.login.Rights;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.admin.CreateRepositoryReply;
import dev.meridian.proto.admin.CreateRepositoryRequest;
import dev.meridian.proto.admin.DeleteRepositoryReply;
import dev.meridian.proto.admin.DeleteRepositoryRequest;
import dev.meridian.proto.admin.DeleteTagReply;
import dev.meridian.proto.admin.DeleteTagRequest;
import dev.meridian.proto.admin.GetRepositoryReply;
import dev.meridian.proto.admin.GetRepositoryRequest;
import dev.meridian.proto.admin.GetTagReply;
import dev.meridian.proto.admin.GetTagRequest;
import dev.meridian.proto.admin.ListRepositoriesReply;
import dev.meridian.proto.admin.ListRepositoriesRequest;
import dev.meridian.proto.admin.ListTagHistoryReply;
import dev.meridian.proto.admin.ListTagHistoryRequest;
import dev.meridian.proto.admin.ListTagsReply;
import dev.meridian.proto.admin.ListTagsRequest;
import dev.meridian.proto.admin.RepositoryServiceGrpc;
import dev.meridian.proto.admin.RestoreTagReply;
import dev.meridian.proto.admin.RestoreTagRequest;
import dev.meridian.proto.admin.SetTagsReply;
import dev.meridian.proto.admin.SetTagsRequest;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.metadata.ReadOptions;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;

/** What operators ask of repositories and tags. Reads are linearizable. */
final class RepositoryService extends RepositoryServiceGrpc.RepositoryServiceImplBase {

  private final AdminPreparer preparer;
  private final Commands commands;
  private final Reads reads;
  private final Rights rights;

  RepositoryService(AdminPreparer preparer, Commands commands, Reads reads, Rights rights) {
    this.preparer = preparer;
    this.commands = commands;
    this.reads = reads;
    this.rights = rights;
  }

  @Override
  public void listRepositories(
      ListRepositoriesRequest request, StreamObserver<ListRepositoriesReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          int limit = RequestFields.limit(request.getLimit());
          var page =
              reads.list(
                  ReadOptions.getDefaultInstance(),
                  UnaryCall.deadline(UnaryCall.QUERY),
                  queries ->
                      queries
                          .forOperators()
                          .repositories(request.getLast(), limit, rights.readable(queries)));
          return ListRepositoriesReply.newBuilder()
              .setRevision(page.revision())
              .addAllRepositories(
                  page.value().items().stream().map(AdminReplies::repository).toList())
              .setMore(page.value().more())
              .build();
        });
  }

  @Override
  public void getRepository(
      GetRepositoryRequest request, StreamObserver<GetRepositoryReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var name = readable(request.getRepository());
          var found = lookUp(queries -> queries.repository(name));
          return GetRepositoryReply.newBuilder()
              .setRevision(found.revision())
              .setRepository(AdminReplies.repository(found.value()))
              .build();
        });
  }

  @Override
  public void createRepository(
      CreateRepositoryRequest request, StreamObserver<CreateRepositoryReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            CreateRepositoryReply.newBuilder()
                .setRevision(run(preparer.prepare(request)).getRevision())
                .build());
  }

  @Override
  public void deleteRepository(
      DeleteRepositoryRequest request, StreamObserver<DeleteRepositoryReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            DeleteRepositoryReply.newBuilder()
                .setRevision(run(preparer.prepare(request)).getRevision())
                .build());
  }

  @Override
  public void listTags(ListTagsRequest request, StreamObserver<ListTagsReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var name = readable(request.getRepository());
          int limit = RequestFields.limit(request.getLimit());
          var page = lookUp(queries -> queries.tags(name, request.getLast(), limit));
          return ListTagsReply.newBuilder()
              .setRevision(page.revision())
              .addAllTags(page.value().items().stream().map(AdminReplies::tag).toList())
              .setMore(page.value().more())
              .build();
        });
  }

  @Override
  public void getTag(GetTagRequest request, StreamObserver<GetTagReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var name = readable(request.getRepository());
          var tag = RequestFields.tag(request.getTag());
          var found = lookUp(queries -> queries.tag(name, tag));
          return GetTagReply.newBuilder()
              .setRevision(found.revision())
              .setTag(AdminReplies.tag(found.value()))
              .build();
        });
  }

  @Override
  public void setTags(SetTagsRequest request, StreamObserver<SetTagsReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            SetTagsReply.newBuilder()
                .setRevision(run(preparer.prepare(request)).getRevision())
                .build());
  }

  @Override
  public void deleteTag(DeleteTagRequest request, StreamObserver<DeleteTagReply> reply) {
    UnaryCall.answer(
        reply,
        () ->
            DeleteTagReply.newBuilder()
                .setRevision(run(preparer.prepare(request)).getRevision())
                .build());
  }

  @Override
  public void listTagHistory(
      ListTagHistoryRequest request, StreamObserver<ListTagHistoryReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          var name = readable(request.getRepository());
          var tag = RequestFields.tag(request.getTag());
          int limit = RequestFields.limit(request.getLimit());
          var page = lookUp(queries -> queries.tagHistory(name, tag, request.getBefore(), limit));
          return ListTagHistoryReply.newBuilder()
              .setRevision(page.revision())
              .addAllChanges(page.value().items().stream().map(AdminReplies::change).toList())
              .setMore(page.value().more())
              .build();
        });
  }

  @Override
  public void restoreTag(RestoreTagRequest request, StreamObserver<RestoreTagReply> reply) {
    UnaryCall.answer(
        reply,
        () -> {
          CommandOutcome outcome = run(preparer.prepare(request));
          return RestoreTagReply.newBuilder()
              .setRevision(outcome.getRevision())
              .setDigest(outcome.getDigest())
              .build();
        });
  }

  private RepositoryName readable(String repository) {
    RepositoryName name = RequestFields.repository(repository);
    rights.requirePull(name);
    return name;
  }

  private CommandOutcome run(PreparedCommand command) {
    return commands.run(command, UnaryCall.deadline(UnaryCall.COMMAND));
  }

  private <T> Answer<T> lookUp(Function<OperatorQueries, Lookup<T>> query) {
    return reads.lookUp(
        ReadOptions.getDefaultInstance(),
        UnaryCall.deadline(UnaryCall.QUERY),
        queries -> query.apply(queries.forOperators()));
  }
}
