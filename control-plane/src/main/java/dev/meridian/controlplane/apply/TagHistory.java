package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.store.Keys.TagChangeKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.proto.store.TagHistoryRecord;
import dev.meridian.proto.store.TagHistoryRecord.Action;
import java.util.List;
import java.util.Optional;

/**
 * What tags named before. The changes of a tag are numbered, and those that are kept have no gap:
 * only the oldest ever go. The newest says which is the oldest, so that nobody needs to look for
 * the end of a history, behind which the store has to pass over all that was trimmed.
 */
final class TagHistory {

  /** The depth of commands that do not name one. */
  static final int DEFAULT_DEPTH = 100;

  /** The most changes that one command trims; more when the depth was lowered go with the next. */
  static final int MAX_TRIMMED = 1_000;

  private final CommandContext context;

  TagHistory(CommandContext context) {
    this.context = context;
  }

  /** So many changes beyond the depth are there at most, to spare most commands the trimming. */
  static long slack(long depth) {
    return 1 + depth / 4;
  }

  /** The newest change of a tag, which may have been deleted since long. */
  Optional<TagHistoryRecord> newest(TagKey tag) {
    // A tag that is there says when it changed last: a key is found faster than a range begins.
    return context
        .rows()
        .get(Tables.TAGS, tag)
        .flatMap(
            current -> context.rows().get(Tables.TAG_HISTORY, change(tag, current.getRevision())))
        .or(() -> changes(tag, 1).stream().map(Row::value).findFirst());
  }

  /** What a tag named before its last change; empty when that was nothing, or is forgotten. */
  Optional<Digest> beforeLastChange(TagKey tag) {
    List<TagHistoryRecord> changes = changes(tag, 2).stream().map(Row::value).toList();
    if (!changes.isEmpty() && changes.getFirst().getAction() == Action.DELETED) {
      return Optional.of(Digest.parse(changes.getFirst().getDigest()));
    }
    return changes.stream().skip(1).flatMap(change -> named(change).stream()).findFirst();
  }

  /** What a tag named after a revision; empty when that was nothing, is forgotten, or to come. */
  Optional<Digest> after(TagKey tag, long revision) {
    if (revision < 0 || revision >= context.revision()) {
      return Optional.empty();
    }
    return context
        .rows()
        .scan(Tables.TAG_HISTORY, TagChangeKey.before(tag.repository(), tag.tag(), revision + 1), 1)
        .stream()
        .flatMap(change -> named(change.value()).stream())
        .findFirst();
  }

  /**
   * The command changes a tag, which is still as it was: it comes to name the manifest, or is
   * deleted and named it.
   */
  void remember(TagKey tag, Action action, Digest manifest) {
    Optional<TagHistoryRecord> newest = newest(tag);
    long number = newest.map(TagHistoryRecord::getNumber).orElse(0L) + 1;
    long first = Math.max(1, newest.map(TagHistoryRecord::getFirst).orElse(1L));
    long kept = first;
    if (number - first >= depth() + slack(depth())) {
      kept = Math.min(number - depth() + 1, first + MAX_TRIMMED);
      trim(tag, number - first, kept);
    }
    context
        .rows()
        .put(
            Tables.TAG_HISTORY,
            change(tag, context.revision()),
            TagHistoryRecord.newBuilder()
                .setAction(action)
                .setDigest(manifest.toString())
                .setTimeMs(context.wallTimeMillis())
                .setBy(context.principal())
                .setNumber(number)
                .setFirst(kept)
                .build());
  }

  private static TagChangeKey change(TagKey tag, long revision) {
    return new TagChangeKey(tag.repository(), tag.tag(), revision);
  }

  private static Optional<Digest> named(TagHistoryRecord change) {
    return change.getAction() == Action.SET
        ? Optional.of(Digest.parse(change.getDigest()))
        : Optional.empty();
  }

  private void trim(TagKey tag, long present, long first) {
    changes(tag, present).stream()
        .filter(change -> change.value().getNumber() < first)
        .forEach(change -> context.rows().delete(Tables.TAG_HISTORY, change.key()));
  }

  private List<Row<TagChangeKey, TagHistoryRecord>> changes(TagKey tag, long limit) {
    return context
        .rows()
        .scan(
            Tables.TAG_HISTORY,
            TagChangeKey.of(tag.repository(), tag.tag()),
            Math.toIntExact(Math.min(limit, Integer.MAX_VALUE)));
  }

  private long depth() {
    return context.command().getTagHistoryDepth() == 0
        ? DEFAULT_DEPTH
        : Integer.toUnsignedLong(context.command().getTagHistoryDepth());
  }
}
