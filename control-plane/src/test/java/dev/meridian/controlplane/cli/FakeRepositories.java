package dev.meridian.controlplane.cli;

import com.google.protobuf.Message;
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
import dev.meridian.proto.admin.Repository;
import dev.meridian.proto.admin.RepositoryServiceGrpc;
import dev.meridian.proto.admin.RestoreTagReply;
import dev.meridian.proto.admin.RestoreTagRequest;
import dev.meridian.proto.admin.SetTagsReply;
import dev.meridian.proto.admin.SetTagsRequest;
import dev.meridian.proto.admin.Tag;
import dev.meridian.proto.admin.TagChange;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers from lists, notes down what it is asked, and fails as often as a test wants. */
final class FakeRepositories extends RepositoryServiceGrpc.RepositoryServiceImplBase {

  static final long REVISION = 42;

  final List<Message> requests = Collections.synchronizedList(new ArrayList<>());
  final List<Repository> repositories = new ArrayList<>();
  final List<Tag> tags = new ArrayList<>();
  final List<TagChange> changes = new ArrayList<>();

  private final Deque<Optional<StatusRuntimeException>> failures = new ArrayDeque<>();

  private <T> void answer(Message request, StreamObserver<T> reply, Supplier<T> answer) {
    FakeServer.answer(
        reply,
        () -> {
          requests.add(request);
          Optional<StatusRuntimeException> failure = failures.poll();
          if (failure != null && failure.isPresent()) {
            throw failure.get();
          }
          return answer.get();
        });
  }

  /** Answers so to the next request for which nothing is planned yet. */
  void fail(StatusRuntimeException failure) {
    failures.add(Optional.of(failure));
  }

  /** Answers so many well before that. */
  void failAfter(int answers, StatusRuntimeException failure) {
    for (int i = 0; i < answers; i++) {
      failures.add(Optional.empty());
    }
    fail(failure);
  }

  <T extends Message> T only(Class<T> type) {
    if (requests.size() != 1) {
      throw new AssertionError("expected one request: " + requests);
    }
    return type.cast(requests.getFirst());
  }

  <T extends Message> List<T> all(Class<T> type) {
    return requests.stream().map(type::cast).toList();
  }

  @Override
  public void listRepositories(
      ListRepositoriesRequest request, StreamObserver<ListRepositoriesReply> reply) {
    answer(
        request,
        reply,
        () -> {
          List<Repository> after =
              repositories.stream()
                  .filter(each -> each.getRepository().compareTo(request.getLast()) > 0)
                  .toList();
          return ListRepositoriesReply.newBuilder()
              .addAllRepositories(after.stream().limit(request.getLimit()).toList())
              .setMore(after.size() > request.getLimit())
              .build();
        });
  }

  @Override
  public void getRepository(
      GetRepositoryRequest request, StreamObserver<GetRepositoryReply> reply) {
    answer(
        request,
        reply,
        () ->
            repositories.stream()
                .filter(each -> each.getRepository().equals(request.getRepository()))
                .findFirst()
                .map(found -> GetRepositoryReply.newBuilder().setRepository(found).build())
                .orElseThrow(() ->
                    FakeServer.rejected(
                        Status.NOT_FOUND,
                        "REPOSITORY_UNKNOWN",
                        "repository " + request.getRepository() + " does not exist")));
  }

  @Override
  public void createRepository(
      CreateRepositoryRequest request, StreamObserver<CreateRepositoryReply> reply) {
    answer(request, reply, () -> CreateRepositoryReply.newBuilder().setRevision(REVISION).build());
  }

  @Override
  public void deleteRepository(
      DeleteRepositoryRequest request, StreamObserver<DeleteRepositoryReply> reply) {
    answer(request, reply, () -> DeleteRepositoryReply.newBuilder().setRevision(REVISION).build());
  }

  @Override
  public void listTags(ListTagsRequest request, StreamObserver<ListTagsReply> reply) {
    answer(
        request,
        reply,
        () -> {
          List<Tag> after =
              tags.stream().filter(tag -> tag.getTag().compareTo(request.getLast()) > 0).toList();
          return ListTagsReply.newBuilder()
              .addAllTags(after.stream().limit(request.getLimit()).toList())
              .setMore(after.size() > request.getLimit())
              .build();
        });
  }

  @Override
  public void getTag(GetTagRequest request, StreamObserver<GetTagReply> reply) {
    answer(request, reply, () -> GetTagReply.newBuilder().setTag(tags.getFirst()).build());
  }

  @Override
  public void setTags(SetTagsRequest request, StreamObserver<SetTagsReply> reply) {
    answer(request, reply, () -> SetTagsReply.newBuilder().setRevision(REVISION).build());
  }

  @Override
  public void deleteTag(DeleteTagRequest request, StreamObserver<DeleteTagReply> reply) {
    answer(request, reply, () -> DeleteTagReply.newBuilder().setRevision(REVISION).build());
  }

  @Override
  public void listTagHistory(
      ListTagHistoryRequest request, StreamObserver<ListTagHistoryReply> reply) {
    answer(
        request,
        reply,
        () -> {
          List<TagChange> before =
              changes.stream()
                  .filter(
                      each -> request.getBefore() == 0 || each.getRevision() < request.getBefore())
                  .toList();
          return ListTagHistoryReply.newBuilder()
              .addAllChanges(before.stream().limit(request.getLimit()).toList())
              .setMore(before.size() > request.getLimit())
              .build();
        });
  }

  @Override
  public void restoreTag(RestoreTagRequest request, StreamObserver<RestoreTagReply> reply) {
    answer(
        request,
        reply,
        () ->
            RestoreTagReply.newBuilder()
                .setRevision(REVISION)
                .setDigest(FakeServer.DIGEST)
                .build());
  }
}
