package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.command.Outcome;
import dev.meridian.controlplane.apply.copies.Blobs;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ManifestTagKey;
import dev.meridian.controlplane.store.Keys.TagChangeKey;
import dev.meridian.controlplane.store.Keys.TagKey;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.proto.log.PurgeRepository;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.ManifestRecord;
import dev.meridian.proto.store.TagHistoryRecord;
import dev.meridian.proto.store.TagRecord;
import java.util.List;

/**
 * Clears the rows of deleted repositories: tags before the manifests that they name, manifests
 * before the links that they hold. Nothing finds these rows by a name any more, but the collection
 * of links that expire may be faster with some of them.
 */
final class RepositoryPurge {

  /** About how many rows belong to a reference, a link and a manifest. */
  private static final int ROWS_PER_REFERENCE = 4;

  private static final int ROWS_PER_LINK = 4;
  private static final int ROWS_PER_MANIFEST = 3;

  private final CommandContext context;
  private final StoredManifests manifests;
  private final BlobLinks links;

  RepositoryPurge(CommandContext context) {
    this.context = context;
    this.manifests = new StoredManifests(context);
    this.links = new BlobLinks(context, new Blobs(context));
  }

  /** Nothing happens when all is cleared already. */
  Outcome purge(PurgeRepository command) {
    long repository = command.getRepositoryId();
    context
        .rows()
        .get(Tables.PURGES, repository)
        .ifPresent(purge ->
            Purge.advance(context, steps(repository), purge.getCursor())
                .map(cursor -> purge.toBuilder().setCursor(cursor).build())
                .ifPresentOrElse(
                    rest -> context.rows().put(Tables.PURGES, repository, rest),
                    () -> context.rows().delete(Tables.PURGES, repository)));
    return Outcome.ACCEPTED;
  }

  private List<Purge.Step<?, ?>> steps(long repository) {
    return List.of(
        new Purge.Step<>(Tables.TAGS, TagKey.in(repository, ""), this::removeTag),
        new Purge.Step<>(Tables.TAG_HISTORY, TagChangeKey.in(repository), this::removeChange),
        new Purge.Step<>(Tables.MANIFESTS, ContentKey.in(repository), this::removeManifest),
        new Purge.Step<>(Tables.BLOB_LINKS, ContentKey.in(repository), this::removeLink));
  }

  private int removeTag(Row<TagKey, TagRecord> row) {
    TagKey key = row.key();
    Digest manifest = Digest.parse(row.value().getDigest());
    context.rows().delete(Tables.TAGS, key);
    context
        .rows()
        .delete(Tables.MANIFEST_TAGS, new ManifestTagKey(key.repository(), manifest, key.tag()));
    return 2;
  }

  private int removeChange(Row<TagChangeKey, TagHistoryRecord> row) {
    context.rows().delete(Tables.TAG_HISTORY, row.key());
    return 1;
  }

  private int removeManifest(Row<ContentKey, ManifestRecord> row) {
    manifests.remove(row.key(), row.value());
    return ROWS_PER_MANIFEST + ROWS_PER_REFERENCE * row.value().getReferencesCount();
  }

  private int removeLink(Row<ContentKey, BlobLinkRecord> row) {
    links.drop(row.key(), row.value());
    return ROWS_PER_LINK;
  }
}
