package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.items;
import static dev.meridian.controlplane.cli.output.Field.text;
import static dev.meridian.controlplane.cli.output.Field.time;

import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.Pages;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RepositoryName;
import dev.meridian.proto.admin.DeleteTagRequest;
import dev.meridian.proto.admin.GetTagRequest;
import dev.meridian.proto.admin.ListTagHistoryReply;
import dev.meridian.proto.admin.ListTagHistoryRequest;
import dev.meridian.proto.admin.ListTagsReply;
import dev.meridian.proto.admin.ListTagsRequest;
import dev.meridian.proto.admin.RepositoryServiceGrpc;
import dev.meridian.proto.admin.RestoreTagReply;
import dev.meridian.proto.admin.RestoreTagRequest;
import dev.meridian.proto.admin.SetTagsRequest;
import dev.meridian.proto.admin.Tag;
import dev.meridian.proto.admin.TagChange;
import dev.meridian.proto.admin.TagExpectation;
import dev.meridian.proto.admin.TagMove;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tags, and what they named before. */
@Command(name = "tag", description = "Tags: list, show, set, delete, history, restore.")
final class TagCommands {

  private final Session session;

  TagCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "Lists the tags of a repository.")
  void list(
      @Parameters(paramLabel = "REPO") RepositoryName repository,
      @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
          Optional<Positive> limit) {
    AdminClient client = session.client(Session.QUERY);
    Pages<Tag> pages =
        new Pages<>(
            Positive.limit(limit),
            (last, most) -> {
              var request =
                  ListTagsRequest.newBuilder()
                      .setRepository(repository.value())
                      .setLast(last.map(Tag::getTag).orElse(""))
                      .setLimit(most)
                      .build();
              ListTagsReply reply =
                  client.query(
                      RepositoryServiceGrpc::newBlockingV2Stub, stub -> stub.listTags(request));
              return new Pages.Page<>(reply.getTagsList(), reply.getMore());
            });
    session.printer().list("tags", pages.map(TagCommands::describe));
  }

  @Command(name = "show", description = "Describes a tag.")
  void show(@Parameters(paramLabel = "REPO:TAG") QualifiedTag tag) {
    var request =
        GetTagRequest.newBuilder()
            .setRepository(tag.repository().value())
            .setTag(tag.tag().value())
            .build();
    Tag found =
        session
            .client(Session.QUERY)
            .query(RepositoryServiceGrpc::newBlockingV2Stub, stub -> stub.getTag(request).getTag());
    session.printer().item(describe(found));
  }

  @Command(
      name = "set",
      header = "Lets tags name manifests, several in one step.",
      description =
          "The manifests must be in the tags' repositories. Either all tags are set or none. With"
              + " --expect, they are set only when a tag still is what you think.",
      footer = {
        "  meridianctl tag set demo/app:live@sha256:1f0c...",
        "  meridianctl tag set demo/app:live@sha256:1f0c... --expect sha256:77ab...",
        "  meridianctl tag set demo/app:live@sha256:1f0c... demo/web:live@sha256:90... \\",
        "    --expect demo/app:live=sha256:77ab... --expect demo/web:live=absent"
      })
  void set(
      @Parameters(
              paramLabel = "REPO:TAG@DIGEST",
              arity = "1..*",
              description = "The tag, and the digest that it is to name.")
          List<TagMoves.Move> moves,
      @Option(
              names = "--expect",
              paramLabel = "[REPO:TAG=]DIGEST|absent",
              description =
                  "What the tag must name now, or that it must not be there. The tag is named when"
                      + " several are set.")
          List<TagMoves.Expected> expected) {
    List<TagMove> built = moves(moves, expected == null ? List.of() : expected);
    var request = SetTagsRequest.newBuilder().addAllMoves(built);
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                RepositoryServiceGrpc::newBlockingV2Stub,
                "see `meridianctl tag show " + moves.getFirst().tag() + "`",
                (stub, id) -> stub.setTags(request.setCommandId(id).build()).getRevision());
    session
        .printer()
        .done(
            moves.stream()
                .map(move -> "tag " + move.tag() + " names " + move.digest())
                .collect(Collectors.joining(System.lineSeparator())),
            Item.of(
                count("revision", revision),
                items("tags", moves.stream().map(TagCommands::describe).toList())));
  }

  private List<TagMove> moves(List<TagMoves.Move> moves, List<TagMoves.Expected> expected) {
    try {
      return TagMoves.of(moves, expected);
    } catch (IllegalArgumentException e) {
      throw session.wrongUsage(e.getMessage());
    }
  }

  @Command(
      name = "delete",
      description = "Deletes a tag; its manifest stays, and the tag can be restored.")
  void delete(
      @Parameters(paramLabel = "REPO:TAG") QualifiedTag tag,
      @Option(
              names = "--expect",
              paramLabel = "DIGEST",
              description = "What the tag must name now.")
          Optional<TagExpectation> expected) {
    var request =
        DeleteTagRequest.newBuilder()
            .setRepository(tag.repository().value())
            .setTag(tag.tag().value())
            .setExpected(expected.orElse(TagExpectation.getDefaultInstance()));
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                RepositoryServiceGrpc::newBlockingV2Stub,
                "see `meridianctl tag show " + tag + "`",
                (stub, id) -> stub.deleteTag(request.setCommandId(id).build()).getRevision());
    session
        .printer()
        .done(
            "tag " + tag + " deleted",
            Item.of(
                text("repository", tag.repository().value()),
                text("tag", tag.tag().value()),
                count("revision", revision)));
  }

  @Command(
      name = "history",
      description = "Lists the changes of a tag, the newest first; also of a deleted one.")
  void history(
      @Parameters(paramLabel = "REPO:TAG") QualifiedTag tag,
      @Option(names = "--limit", paramLabel = "N", description = "At most so many.")
          Optional<Positive> limit) {
    AdminClient client = session.client(Session.QUERY);
    Pages<TagChange> pages =
        new Pages<>(
            Positive.limit(limit),
            (last, most) -> {
              var request =
                  ListTagHistoryRequest.newBuilder()
                      .setRepository(tag.repository().value())
                      .setTag(tag.tag().value())
                      .setBefore(last.map(TagChange::getRevision).orElse(0L))
                      .setLimit(most)
                      .build();
              ListTagHistoryReply reply =
                  client.query(
                      RepositoryServiceGrpc::newBlockingV2Stub,
                      stub -> stub.listTagHistory(request));
              return new Pages.Page<>(reply.getChangesList(), reply.getMore());
            });
    session.printer().list("changes", pages.map(TagCommands::describe));
  }

  @Command(
      name = "restore",
      description = {
        "Lets a tag name again what it named before its last change, or at a revision of its"
            + " history; also a deleted one. Everywhere at once.",
        "",
        "Examples:",
        "  meridianctl tag restore demo/app:live",
        "  meridianctl tag restore demo/app:live --to 4711",
        ""
      })
  void restore(
      @Parameters(paramLabel = "REPO:TAG") QualifiedTag tag,
      @Option(
              names = "--to",
              paramLabel = "REVISION",
              description = "What it named after this revision, as `tag history` has it.")
          Optional<Positive> revision,
      @Option(
              names = "--expect",
              paramLabel = "DIGEST|absent",
              description = "What the tag must name now, or that it must not be there.")
          Optional<TagExpectation> expected) {
    var request =
        RestoreTagRequest.newBuilder()
            .setRepository(tag.repository().value())
            .setTag(tag.tag().value())
            .setRevision(revision.map(Positive::number).orElse(0L))
            .setExpected(expected.orElse(TagExpectation.getDefaultInstance()));
    RestoreTagReply reply =
        session
            .client(Session.COMMAND)
            .command(
                RepositoryServiceGrpc::newBlockingV2Stub,
                "see `meridianctl tag history "
                    + tag
                    + "` first, another run may restore what was before that",
                (stub, id) -> stub.restoreTag(request.setCommandId(id).build()));
    session
        .printer()
        .done(
            "tag " + tag + " names " + reply.getDigest(),
            Item.of(
                text("repository", tag.repository().value()),
                text("tag", tag.tag().value()),
                text("digest", reply.getDigest()),
                count("revision", reply.getRevision())));
  }

  private static Item describe(Tag tag) {
    return Item.of(
        text("tag", tag.getTag()),
        text("digest", tag.getDigest()),
        count("revision", tag.getRevision()),
        time("time", tag.getTime()),
        text("by", tag.getBy()),
        text("media_type", tag.getMediaType()).setAside());
  }

  private static Item describe(TagMoves.Move move) {
    return Item.of(
        text("repository", move.tag().repository().value()),
        text("tag", move.tag().tag().value()),
        text("digest", move.digest().toString()));
  }

  private static Item describe(TagChange change) {
    return Item.of(
        count("revision", change.getRevision()),
        text("action", change.getAction()),
        text("digest", change.getDigest()),
        time("time", change.getTime()),
        text("by", change.getBy()));
  }
}
