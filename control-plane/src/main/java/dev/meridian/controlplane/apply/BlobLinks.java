package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.apply.command.CommandContext;
import dev.meridian.controlplane.apply.copies.Blobs;
import dev.meridian.controlplane.apply.copies.LinkTerms;
import dev.meridian.controlplane.apply.copies.Placements;
import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ExpiringKey;
import dev.meridian.controlplane.store.Keys.ReferenceKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.model.Digest;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.ReferenceRecord;
import java.util.Optional;

/**
 * Links of repositories to blobs. A link that a manifest references has no end; any other stands in
 * {@code expiring} by the end of its life. A blob has a row while it has links.
 */
final class BlobLinks {

  private final CommandContext context;
  private final Blobs blobs;
  private final Placements placements;

  /**
   * @param blobs of the same command
   */
  BlobLinks(CommandContext context, Blobs blobs) {
    this.context = context;
    this.blobs = blobs;
    this.placements = new Placements(context, blobs);
  }

  Optional<BlobLinkRecord> find(ContentKey link) {
    return context.rows().get(Tables.BLOB_LINKS, link);
  }

  /**
   * Links a blob of this size to a repository, whose policy says where copies are wanted; a link
   * that is there is renewed.
   */
  void createOrRenew(Repository repository, Digest digest, long size) {
    ContentKey key = new ContentKey(repository.id(), digest);
    Optional<BlobLinkRecord> link = find(key);
    if (link.isPresent()) {
      renew(key, link.get());
      return;
    }
    LinkTerms terms = blobs.termsOf(repository.name());
    blobs.link(digest, size, terms);
    beginLife(key, terms.writeTo(BlobLinkRecord.newBuilder().setSize(size)).build());
  }

  /** Begins the life of an unreferenced link anew; it never ends earlier for that. */
  void renew(ContentKey key, BlobLinkRecord link) {
    if (link.getExpiresMs() != 0) {
      beginLife(key, link);
    }
  }

  /** A manifest references the link from now on. */
  void hold(ContentKey key) {
    BlobLinkRecord link = find(key).orElseThrow();
    if (link.getExpiresMs() != 0) {
      context.rows().delete(Tables.EXPIRING, expiring(key, link));
      context.rows().put(Tables.BLOB_LINKS, key, link.toBuilder().setExpiresMs(0).build());
    }
  }

  /** A reference to the link was removed; without another one its life begins. */
  void release(ContentKey key) {
    if (!isReferenced(key)) {
      beginLife(key, find(key).orElseThrow());
    }
  }

  /** Removes the link; with the last one the blob goes, and its objects are doomed. */
  void drop(ContentKey key, BlobLinkRecord link) {
    if (link.getExpiresMs() != 0) {
      context.rows().delete(Tables.EXPIRING, expiring(key, link));
    }
    context.rows().delete(Tables.BLOB_LINKS, key);
    blobs.unlink(key.digest(), LinkTerms.of(link)).ifPresent(placements::release);
  }

  private boolean isReferenced(ContentKey key) {
    return context
        .rows()
        .hasAny(
            Tables.REFERENCES,
            ReferenceKey.to(key.digest(), key.repository(), ReferenceRecord.Kind.BLOB));
  }

  private void beginLife(ContentKey key, BlobLinkRecord link) {
    if (link.getExpiresMs() != 0) {
      context.rows().delete(Tables.EXPIRING, expiring(key, link));
    }
    BlobLinkRecord renewed =
        link.toBuilder()
            .setSinceMs(context.now())
            .setExpiresMs(Math.max(link.getExpiresMs(), context.linkEnd()))
            .build();
    context.rows().put(Tables.BLOB_LINKS, key, renewed);
    context.rows().put(Tables.EXPIRING, expiring(key, renewed), Nothing.NOTHING);
  }

  private static ExpiringKey expiring(ContentKey key, BlobLinkRecord link) {
    return new ExpiringKey(link.getExpiresMs(), key.repository(), key.digest());
  }
}
