package dev.meridian.controlplane.apply;

import dev.meridian.controlplane.store.Keys.ContentKey;
import dev.meridian.controlplane.store.Keys.ExpiringKey;
import dev.meridian.controlplane.store.Keys.ReferenceKey;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.controlplane.store.Tables.Nothing;
import dev.meridian.proto.store.BlobLinkRecord;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.ReferenceRecord;
import java.util.Optional;

/**
 * Links of repositories to blobs. A link that a manifest references has no end; any other stands in
 * {@code expiring} by the end of its life. A blob has a row while it has links.
 */
final class BlobLinks {

  private final CommandContext context;
  private final Placements placements;

  BlobLinks(CommandContext context) {
    this.context = context;
    this.placements = new Placements(context);
  }

  Optional<BlobLinkRecord> find(ContentKey link) {
    return context.rows().get(Tables.BLOB_LINKS, link);
  }

  /** Links a blob of this size, which gets a row with its first link, or renews the link's life. */
  void createOrRenew(ContentKey key, long size) {
    Optional<BlobLinkRecord> link = find(key);
    if (link.isPresent()) {
      renew(key, link.get());
      return;
    }
    BlobRecord blob =
        context
            .rows()
            .get(Tables.BLOBS, key.digest())
            .orElseGet(() -> BlobRecord.newBuilder().setSize(size).build());
    context
        .rows()
        .put(Tables.BLOBS, key.digest(), blob.toBuilder().setLinks(blob.getLinks() + 1).build());
    beginLife(key, BlobLinkRecord.newBuilder().setSize(size).build());
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
    BlobRecord blob = context.rows().get(Tables.BLOBS, key.digest()).orElseThrow();
    if (blob.getLinks() > 1) {
      context
          .rows()
          .put(Tables.BLOBS, key.digest(), blob.toBuilder().setLinks(blob.getLinks() - 1).build());
    } else {
      placements.removeBlob(key.digest(), blob);
    }
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
