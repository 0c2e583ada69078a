package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.FakeServer.DIGEST;
import static dev.meridian.controlplane.cli.FakeServer.OTHER;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.proto.admin.DeleteTagRequest;
import dev.meridian.proto.admin.ListTagHistoryRequest;
import dev.meridian.proto.admin.ListTagsRequest;
import dev.meridian.proto.admin.RestoreTagRequest;
import dev.meridian.proto.admin.SetTagsRequest;
import dev.meridian.proto.admin.Tag;
import dev.meridian.proto.admin.TagChange;
import dev.meridian.proto.admin.TagExpectation;
import dev.meridian.proto.admin.TagMove;
import io.grpc.Status;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagCommandsTest {

  private final FakeRepositories repositories = new FakeRepositories();
  private final FakeServer server = FakeServer.of(repositories);

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void listsATableWithHeadings() {
    repositories.tags.addAll(List.of(tag("1", "alice"), tag("latest", "")));

    Ran ran = server.run("tag", "list", "demo/app");

    assertThat(ran.code()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            TAG     DIGEST                                                                   REVISION  TIME                  BY
            1       %1$s         7  2026-11-23T10:00:00Z  alice
            latest  %1$s         7  2026-11-23T10:00:00Z  -
            """
                .formatted(DIGEST));
  }

  @Test
  void listsTheSameInJsonAndYaml() {
    repositories.tags.addAll(List.of(tag("1.0", "alice"), tag("true", "")));

    Ran json = server.run("tag", "list", "demo/app", "-o", "json");
    Ran yaml = server.run("-o", "yaml", "tag", "list", "demo/app");

    assertThat(json.json())
        .isEqualTo(
            new Ran(
                    0,
                    """
                    {"tags": [
                      {"tag": "1.0", "digest": "%1$s", "revision": 7, "time": "2026-11-23T10:00:00Z",
                       "by": "alice", "media_type": "application/vnd.oci.image.manifest.v1+json"},
                      {"tag": "true", "digest": "%1$s", "revision": 7, "time": "2026-11-23T10:00:00Z",
                       "by": "", "media_type": "application/vnd.oci.image.manifest.v1+json"}]}
                    """
                        .formatted(DIGEST),
                    "")
                .json());
    assertThat(yaml.out()).startsWith("tags:\n- tag: \"1.0\"\n");
    assertThat(yaml.yaml()).isEqualTo(json.json());
  }

  @Test
  void saysOnErrorOutputThatAListIsEmpty() {
    Ran table = server.run("tag", "list", "demo/app");
    Ran json = server.run("tag", "list", "demo/app", "-o", "json");

    assertThat(table).isEqualTo(new Ran(0, "", "no tags\n"));
    assertThat(json.json().at("/tags").isEmpty()).isTrue();
    assertThat(json.err()).isEmpty();
  }

  @Test
  void listsAllPages() {
    addTags(1203);

    Ran ran = server.run("tag", "list", "demo/app", "-o", "json");

    assertThat(ran.json().at("/tags").size()).isEqualTo(1203);
    assertThat(ran.json().at("/tags/1202/tag").asString()).isEqualTo("v1202");
    assertThat(repositories.all(ListTagsRequest.class))
        .extracting(ListTagsRequest::getLast)
        .containsExactly("", "v0499", "v0999");
  }

  @Test
  void keepsColumnsOverPages() {
    addTags(501);

    assertThat(server.run("tag", "list", "demo/app").out().lines().skip(1).map(String::length))
        .hasSize(501)
        .allMatch(length -> length == "v0000".length() + 2 + 71 + 2 + 8 + 2 + 20 + 2 + 5);
  }

  @Test
  void listsNoMoreThanTheLimit() {
    addTags(1203);

    Ran ran = server.run("tag", "list", "demo/app", "--limit", "502", "-o", "json");

    assertThat(ran.json().at("/tags").size()).isEqualTo(502);
    assertThat(repositories.all(ListTagsRequest.class))
        .extracting(ListTagsRequest::getLimit)
        .containsExactly(500, 2);
  }

  @Test
  void leavesAListThatBreaksOffVisiblyIncomplete() {
    addTags(501);
    repositories.failAfter(1, Status.INTERNAL.withDescription("a bug").asRuntimeException());

    Ran ran = server.run("tag", "list", "demo/app", "-o", "json");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("v0499").doesNotContain("]");
  }

  @Test
  void showsATag() {
    repositories.tags.add(tag("1", "alice"));

    assertThat(server.run("tag", "show", "demo/app:1").out())
        .isEqualTo(
            """
            tag: 1
            digest: %s
            revision: 7
            time: 2026-11-23T10:00:00Z
            by: alice
            media type: application/vnd.oci.image.manifest.v1+json
            """
                .formatted(DIGEST));
    assertThat(server.run("tag", "show", "demo/app:1", "-o", "json").json().propertyNames())
        .containsExactly("tag", "digest", "revision", "time", "by", "media_type");
  }

  @Test
  void setsSeveralTagsInOneStep() {
    Ran ran =
        server.run(
            "tag",
            "set",
            "demo/app:live@" + DIGEST,
            "demo/web:live@" + OTHER,
            "--expect",
            "demo/app:live=" + OTHER,
            "--expect",
            "demo/web:live=absent");

    assertThat(ran.code()).isZero();
    assertThat(ran.out())
        .isEqualTo(
            "tag demo/app:live names " + DIGEST + "\ntag demo/web:live names " + OTHER + "\n");
    SetTagsRequest request = repositories.only(SetTagsRequest.class);
    assertThat(FakeServer.isCommandId(request.getCommandId())).isTrue();
    assertThat(request.getMovesList())
        .containsExactly(
            move("demo/app", "live", DIGEST)
                .setExpected(TagExpectation.newBuilder().setDigest(OTHER))
                .build(),
            move("demo/web", "live", OTHER)
                .setExpected(TagExpectation.newBuilder().setAbsent(true))
                .build());
  }

  @Test
  void needsNoNameToExpectSomethingOfTheOnlyTag() {
    server.run("tag", "set", "demo/app:live@" + DIGEST, "--expect", "absent");

    assertThat(repositories.only(SetTagsRequest.class).getMovesList())
        .containsExactly(
            move("demo/app", "live", DIGEST)
                .setExpected(TagExpectation.newBuilder().setAbsent(true))
                .build());
  }

  @Test
  void tellsProgramsWhatWasSet() {
    Ran ran = server.run("tag", "set", "demo/app:live@" + DIGEST, "-o", "json");

    assertThat(ran.json().at("/revision").asLong()).isEqualTo(FakeRepositories.REVISION);
    assertThat(ran.json().at("/tags/0").propertyNames())
        .containsExactly("repository", "tag", "digest");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "demo/app:1 | expected REPO:TAG@DIGEST",
        "demo/app@DIGEST | expected REPO:TAG",
        "Demo/app:1@DIGEST | repository name \"Demo/app\" is not valid",
        "demo/app:.1@DIGEST | tag \".1\" is not valid",
        "demo/app:1@sha256:12 | digest \"sha256:12\" is not valid",
        "demo/app:1@DIGEST demo/app:1@DIGEST | demo/app:1 is set twice",
        "demo/app:1@DIGEST --expect demo/app:2=absent | demo/app:2: this tag is not set",
        "demo/app:1@DIGEST demo/app:2@DIGEST --expect absent | several tags are set",
        "demo/app:1@DIGEST --expect absent --expect DIGEST | something is expected of demo/app:1",
        "demo/app:1@DIGEST --expect gone | digest \"gone\" is not valid",
      })
  void refusesWrongMoves(String arguments, String message) {
    String line = "tag set " + arguments.replace("DIGEST", DIGEST);

    Ran ran = server.run(line.split(" "));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains(message).contains("See meridianctl tag set --help");
    assertThat(repositories.requests).isEmpty();
  }

  @Test
  void refusesMoreMovesThanAStepHas() {
    String[] arguments =
        IntStream.rangeClosed(-2, 100)
            .mapToObj(i -> i == -2 ? "tag" : i == -1 ? "set" : "demo/app:" + i + "@" + DIGEST)
            .toArray(String[]::new);

    Ran ran = server.run(arguments);

    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("101 tags are too many for one step: expected at most 100");
  }

  @Test
  void saysWhyTheServerRefuses() {
    repositories.fail(
        FakeServer.rejected(
            Status.FAILED_PRECONDITION,
            "CONDITION_FAILED",
            "tag demo/app:live names " + OTHER + ", not " + DIGEST));

    Ran ran = server.run("tag", "set", "demo/app:live@" + DIGEST, "--expect", DIGEST);

    assertThat(ran)
        .isEqualTo(
            new Ran(
                1, "", "meridianctl: tag demo/app:live names " + OTHER + ", not " + DIGEST + "\n"));
  }

  @Test
  void repeatsACommandUnderTheSameId() {
    repositories.fail(FakeServer.unavailable("no leader", "none"));
    repositories.fail(FakeServer.unavailable("the leader is gone", "unknown"));
    repositories.fail(Status.UNAVAILABLE.withDescription("reset").asRuntimeException());

    assertThat(server.run("tag", "set", "demo/app:1@" + DIGEST).code()).isZero();
    assertThat(server.run("tag", "set", "demo/app:1@" + DIGEST).code()).isZero();

    List<ByteString> ids =
        repositories.all(SetTagsRequest.class).stream().map(SetTagsRequest::getCommandId).toList();
    assertThat(ids).hasSize(5).allMatch(FakeServer::isCommandId);
    assertThat(ids.subList(0, 4)).containsOnly(ids.getFirst());
    assertThat(ids.getLast()).as("another command's").isNotEqualTo(ids.getFirst());
  }

  @Test
  void deletesATag() {
    Ran ran = server.run("tag", "delete", "demo/app:1", "--expect", DIGEST);

    assertThat(ran).isEqualTo(new Ran(0, "tag demo/app:1 deleted\n", ""));
    DeleteTagRequest request = repositories.only(DeleteTagRequest.class);
    assertThat(request.getTag()).isEqualTo("1");
    assertThat(request.getExpected().getDigest()).isEqualTo(DIGEST);
    assertThat(FakeServer.isCommandId(request.getCommandId())).isTrue();
  }

  @Test
  void listsHistoryOverAllPages() {
    IntStream.iterate(1200, i -> i > 0, i -> i - 1)
        .mapToObj(i ->
            TagChange.newBuilder()
                .setRevision(i)
                .setAction(i % 2 == 0 ? "deleted" : "set")
                .setDigest(DIGEST)
                .setTime(FakeServer.TIME)
                .setBy("alice")
                .build())
        .forEach(repositories.changes::add);

    Ran json = server.run("tag", "history", "demo/app:1", "-o", "json");

    assertThat(json.json().at("/changes").size()).isEqualTo(1200);
    assertThat(json.json().at("/changes/0").propertyNames())
        .containsExactly("revision", "action", "digest", "time", "by");
    assertThat(repositories.all(ListTagHistoryRequest.class))
        .extracting(ListTagHistoryRequest::getBefore)
        .containsExactly(0L, 701L, 201L);
    assertThat(server.run("tag", "history", "demo/app:1", "--limit", "1").out())
        .isEqualTo(
            """
            REVISION  ACTION   DIGEST                                                                   TIME                  BY
                1200  deleted  %s  2026-11-23T10:00:00Z  alice
            """
                .formatted(DIGEST));
  }

  @Test
  void restoresATag() {
    Ran ran = server.run("tag", "restore", "demo/app:1");
    Ran to =
        server.run(
            "tag", "restore", "demo/app:1", "--to", "17", "--expect", "absent", "-o", "json");

    assertThat(ran).isEqualTo(new Ran(0, "tag demo/app:1 names " + DIGEST + "\n", ""));
    assertThat(to.json().propertyNames())
        .containsExactly("repository", "tag", "digest", "revision");
    assertThat(repositories.all(RestoreTagRequest.class))
        .extracting(RestoreTagRequest::getRevision)
        .containsExactly(0L, 17L);
    assertThat(repositories.all(RestoreTagRequest.class).getLast().getExpected().getAbsent())
        .isTrue();
  }

  @Test
  void warnsOfRestoringTwiceWhenTheOutcomeIsNotKnown() {
    for (int i = 0; i < 20; i++) {
      repositories.fail(FakeServer.unavailable("the leader is gone", "unknown"));
    }

    Ran ran = server.run("tag", "restore", "demo/app:1", "--timeout", "3s");

    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.err())
        .contains("the leader is gone. It may have been done all the same")
        .contains("see `meridianctl tag history demo/app:1` first");
  }

  private void addTags(int count) {
    IntStream.range(0, count)
        .mapToObj(i -> tag("v%04d".formatted(i), "alice"))
        .forEach(repositories.tags::add);
  }

  private static Tag tag(String name, String by) {
    return Tag.newBuilder()
        .setTag(name)
        .setDigest(DIGEST)
        .setMediaType("application/vnd.oci.image.manifest.v1+json")
        .setRevision(7)
        .setTime(FakeServer.TIME)
        .setBy(by)
        .build();
  }

  private static TagMove.Builder move(String repository, String tag, String digest) {
    return TagMove.newBuilder().setRepository(repository).setTag(tag).setDigest(digest);
  }
}
