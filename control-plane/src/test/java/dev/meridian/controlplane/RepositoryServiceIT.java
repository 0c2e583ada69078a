package dev.meridian.controlplane;

import static dev.meridian.controlplane.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.prepare.Caller;
import dev.meridian.proto.admin.CreateRepositoryRequest;
import dev.meridian.proto.admin.DeleteRepositoryRequest;
import dev.meridian.proto.admin.DeleteTagRequest;
import dev.meridian.proto.admin.GetRepositoryRequest;
import dev.meridian.proto.admin.GetTagRequest;
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
import dev.meridian.proto.admin.TagExpectation;
import dev.meridian.proto.admin.TagMove;
import dev.meridian.proto.metadata.GetManifestRequest;
import dev.meridian.proto.metadata.ReadOptions;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do in one region, all regions see at once. */
class RepositoryServiceIT {

  private static final TagExpectation ABSENT = TagExpectation.newBuilder().setAbsent(true).build();

  @TempDir static Path root;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    cluster = TestCluster.started(root, "repositories");
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void movesTagsEverywhereAtOnceAndOnlyAsTheyAreExpected() {
    String first = put("move/app", "first");
    String second = put("move/app", "second");
    String base = put("move/base", "base");
    for (int round = 0; round < 20; round++) {
      String from = round % 2 == 0 ? first : second;
      String to = round % 2 == 0 ? second : first;
      TagExpectation expected = round == 0 ? ABSENT : names(from);
      TestServer writer = cluster.server(round % 3);
      long revision =
          set(writer, move("move/app", "live", to, expected), move("move/base", "live", base))
              .getRevision();
      for (int reader = 0; reader < 3; reader++) {
        Tag tag = tag(reader, "move/app", "live");
        assertThat(tag.getDigest()).as("round %s at %s", round, reader).isEqualTo(to);
        assertThat(tag.getRevision()).isEqualTo(revision);
        assertThat(tag.getBy()).isEqualTo(Caller.OPERATOR);
      }
      assertThatThrownBy(() ->
              set(
                  writer,
                  move("move/base", "other", base),
                  move("move/app", "live", to, names(from))))
          .hasMessageContaining("CONDITION_FAILED");
    }
    assertThatThrownBy(() -> tag(1, "move/base", "other")).hasMessageContaining("TAG_UNKNOWN");
  }

  @Test
  void restoresWhatATagNamedBefore() {
    String first = put("restore/app", "first");
    String second = put("restore/app", "second");
    long one = set(cluster.server(0), move("restore/app", "v1", first)).getRevision();
    long two = set(cluster.server(1), move("restore/app", "v1", second)).getRevision();
    long three =
        repositories(2)
            .deleteTag(
                DeleteTagRequest.newBuilder()
                    .setCommandId(TestServer.commandId())
                    .setRepository("restore/app")
                    .setTag("v1")
                    .setExpected(names(second))
                    .build())
            .getRevision();
    for (int reader = 0; reader < 3; reader++) {
      ListTagHistoryReply history = history(reader, "restore/app", "v1", 0, 10);
      assertThat(history.getChangesList())
          .extracting(TagChange::getRevision)
          .containsExactly(three, two, one);
      assertThat(history.getChangesList())
          .extracting(TagChange::getAction)
          .containsExactly("deleted", "set", "set");
      assertThat(history.getChangesList())
          .extracting(TagChange::getDigest)
          .containsExactly(second, second, first);
      assertThat(history.getMore()).isFalse();
    }
    assertThat(history(0, "restore/app", "v1", three, 1).getChangesList())
        .extracting(TagChange::getRevision)
        .containsExactly(two);

    RestoreTagReply restored = restore(0, restoreRequest(0));
    assertThat(restored.getDigest()).isEqualTo(second);
    assertThat(tag(1, "restore/app", "v1").getRevision()).isEqualTo(restored.getRevision());

    RestoreTagRequest again = restoreRequest(one);
    RestoreTagReply reply = restore(1, again);
    assertThat(reply.getDigest()).isEqualTo(first);
    for (int reader = 0; reader < 3; reader++) {
      assertThat(tag(reader, "restore/app", "v1").getDigest()).isEqualTo(first);
    }
    set(cluster.server(0), move("restore/app", "v1", second));
    assertThat(restore(2, again)).isEqualTo(reply);
    assertThat(tag(2, "restore/app", "v1").getDigest()).isEqualTo(second);
    assertThatThrownBy(() -> restore(0, restoreRequest(three)))
        .hasMessageContaining("REVISION_UNKNOWN");
  }

  @Test
  void aDeletedRepositoryIsGoneFromLocalReadsEverywhereAtOnce() throws Exception {
    Deletions deletions = new Deletions();
    ReadOptions local = ReadOptions.newBuilder().setMode(ReadOptions.Mode.LOCAL).build();
    for (int round = 0; round < 10; round++) {
      int writer = round % 3;
      GetManifestRequest request =
          GetManifestRequest.newBuilder()
              .setRepository("gone/app")
              .setDigest(put("gone/app", "gone " + round))
              .setRead(local)
              .build();
      deletions.delete(
          writer,
          () -> delete(writer, "gone/app"),
          () -> {
            for (int reader = 0; reader < 3; reader++) {
              TestServer server = cluster.server(reader);
              assertThatThrownBy(() -> server.stub().getManifest(request))
                  .as("at %s", reader)
                  .hasMessageContaining("REPOSITORY_UNKNOWN");
            }
          });
    }
  }

  @Test
  void theNameOfADeletedRepositoryIsFreeAndItsRowsArePurged() {
    for (int i = 0; i < 30; i++) {
      cluster.server(i % 3).putTag("purged/app", "t" + i, "purged " + i);
    }
    delete(0, "purged/app");
    assertThatThrownBy(() -> delete(1, "purged/app")).hasMessageContaining("REPOSITORY_UNKNOWN");
    cluster.server(1).putTag("purged/app", "new", "purged 1");
    for (int i = 0; i < 3; i++) {
      TestServer server = cluster.server(i);
      eventually(
          "all rows cleared",
          () ->
              server
                  .controlPlane()
                  .raft()
                  .live()
                  .query(queries -> queries.deletedRepositories(1))
                  .value()
                  .isEmpty());
    }
    assertThat(tags(2, "purged/app", "", 10).getTagsList())
        .extracting(Tag::getTag)
        .containsExactly("new");
  }

  @Test
  void listsRepositoriesAndTagsInPages() {
    for (String name : List.of("list/a", "list/b")) {
      put(name, "listed");
    }
    long created =
        repositories(0)
            .createRepository(
                CreateRepositoryRequest.newBuilder()
                    .setCommandId(TestServer.commandId())
                    .setRepository("list/c")
                    .build())
            .getRevision();
    var page =
        repositories(1)
            .listRepositories(
                ListRepositoriesRequest.newBuilder().setLast("list/a").setLimit(2).build());
    assertThat(page.getRevision()).isGreaterThanOrEqualTo(created);
    assertThat(page.getRepositoriesList())
        .extracting(Repository::getRepository)
        .containsExactly("list/b", "list/c");
    Repository repository =
        repositories(2)
            .getRepository(GetRepositoryRequest.newBuilder().setRepository("list/a").build())
            .getRepository();
    assertThat(repository.getManifests()).isEqualTo(1);
    assertThat(repository.getTags()).isEqualTo(1);
    assertThat(repository.getCreated().getSeconds()).isPositive();

    set(cluster.server(0), move("list/a", "x", put("list/a", "listed")));
    ListTagsReply first = tags(1, "list/a", "", 1);
    assertThat(first.getTagsList()).extracting(Tag::getTag).containsExactly("t");
    assertThat(first.getMore()).isTrue();
    assertThat(tags(1, "list/a", "t", 1).getTagsList())
        .extracting(Tag::getTag)
        .containsExactly("x");
  }

  @Test
  void refusesCallsThatAreForAnotherCluster() {
    ManagedChannel channel =
        InProcessChannelBuilder.forName(cluster.server(0).controlPlane().inProcessName()).build();
    try {
      var request = ListRepositoriesRequest.getDefaultInstance();
      assertThat(
              RepositoryServiceGrpc.newBlockingStub(channel)
                  .listRepositories(request)
                  .getRevision())
          .isPositive();
      var other = RepositoryServiceGrpc.newBlockingStub(TestServer.forCluster(channel, "other"));
      assertThatThrownBy(() -> other.listRepositories(request))
          .hasMessageContaining("FAILED_PRECONDITION");
    } finally {
      channel.shutdownNow();
    }
  }

  /** Puts a manifest under the tag t; its digest. */
  private static String put(String repository, String text) {
    return cluster.server(0).putTag(repository, "t", text).getPutManifest().getDigest();
  }

  private static SetTagsReply set(TestServer server, TagMove... moves) {
    return server
        .repositories()
        .setTags(
            SetTagsRequest.newBuilder()
                .setCommandId(TestServer.commandId())
                .addAllMoves(List.of(moves))
                .build());
  }

  private static TagMove move(String repository, String tag, String digest) {
    return move(repository, tag, digest, TagExpectation.getDefaultInstance());
  }

  private static TagMove move(
      String repository, String tag, String digest, TagExpectation expected) {
    return TagMove.newBuilder()
        .setRepository(repository)
        .setTag(tag)
        .setDigest(digest)
        .setExpected(expected)
        .build();
  }

  private static TagExpectation names(String digest) {
    return TagExpectation.newBuilder().setDigest(digest).build();
  }

  private static Tag tag(int server, String repository, String tag) {
    return repositories(server)
        .getTag(GetTagRequest.newBuilder().setRepository(repository).setTag(tag).build())
        .getTag();
  }

  private static ListTagsReply tags(int server, String repository, String last, int limit) {
    return repositories(server)
        .listTags(
            ListTagsRequest.newBuilder()
                .setRepository(repository)
                .setLast(last)
                .setLimit(limit)
                .build());
  }

  private static ListTagHistoryReply history(
      int server, String repository, String tag, long before, int limit) {
    return repositories(server)
        .listTagHistory(
            ListTagHistoryRequest.newBuilder()
                .setRepository(repository)
                .setTag(tag)
                .setBefore(before)
                .setLimit(limit)
                .build());
  }

  private static RestoreTagRequest restoreRequest(long revision) {
    return RestoreTagRequest.newBuilder()
        .setCommandId(TestServer.commandId())
        .setRepository("restore/app")
        .setTag("v1")
        .setRevision(revision)
        .build();
  }

  private static RestoreTagReply restore(int server, RestoreTagRequest request) {
    return repositories(server).restoreTag(request);
  }

  private static void delete(int server, String repository) {
    var unused =
        repositories(server)
            .deleteRepository(
                DeleteRepositoryRequest.newBuilder()
                    .setCommandId(TestServer.commandId())
                    .setRepository(repository)
                    .build());
  }

  private static RepositoryServiceGrpc.RepositoryServiceBlockingStub repositories(int server) {
    return cluster.server(server).repositories();
  }
}
