package dev.meridian.node.registry;

import dev.meridian.model.ByteSize;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Executed;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.ManifestEntry;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand.DeleteManifest;
import dev.meridian.node.metadata.MetadataCommand.DeleteTag;
import dev.meridian.node.metadata.MetadataCommand.PutManifest;
import dev.meridian.node.metadata.MetadataRejectedException;
import java.util.List;
import java.util.Optional;

/**
 * Manifests and the tags that name them (OCI distribution-spec, "Pulling" and "Pushing manifests").
 */
public final class ManifestService {

  private static final byte[] NOTHING = {};

  /**
   * A manifest as it is served.
   *
   * @param size in bytes
   * @param content exactly as it was pushed, not to be changed; empty when only asked about
   */
  public record Manifest(Digest digest, String mediaType, long size, byte[] content) {}

  /** A manifest that was stored. */
  public record PushedManifest(Digest digest, Optional<Digest> subject) {}

  private final MetadataClient metadata;
  private final Freshness tagFreshness;
  private final ManifestCache cache;

  /**
   * @param tagFreshness how fresh a tag must be
   * @param cacheLimit bytes of manifests that are kept in memory
   */
  public ManifestService(MetadataClient metadata, Freshness tagFreshness, ByteSize cacheLimit) {
    this.metadata = metadata;
    this.tagFreshness = tagFreshness;
    this.cache = new ManifestCache(cacheLimit);
  }

  /** What there is to know of a manifest but its bytes. */
  public Manifest head(RepositoryName repository, Reference reference) {
    ManifestEntry entry = metadata.getManifest(repository, reference, freshness(reference), false);
    return new Manifest(entry.digest(), entry.mediaType(), entry.size(), NOTHING);
  }

  /** A manifest. A tag is resolved first; the bytes of its digest are mostly in memory. */
  public Manifest get(RepositoryName repository, Reference reference) {
    return switch (reference) {
      case Reference.ByTag byTag -> get(repository, byTag);
      case Reference.ByDigest byDigest -> get(repository, byDigest);
    };
  }

  private Manifest get(RepositoryName repository, Reference.ByTag reference) {
    Manifest named = head(repository, reference);
    Optional<byte[]> cached = cache.get(named.digest());
    if (cached.isPresent()) {
      return new Manifest(named.digest(), named.mediaType(), named.size(), cached.get());
    }
    try {
      return get(repository, new Reference.ByDigest(named.digest()));
    } catch (MetadataRejectedException e) {
      // Moved and deleted since: that is no moment at which the tag was not there.
      ManifestEntry entry = metadata.getManifest(repository, reference, tagFreshness, true);
      return new Manifest(
          entry.digest(), entry.mediaType(), entry.size(), entry.content().orElseThrow());
    }
  }

  private Manifest get(RepositoryName repository, Reference.ByDigest reference) {
    byte[] cached = cache.get(reference.digest()).orElse(null);
    ManifestEntry entry =
        metadata.getManifest(repository, reference, Freshness.LOCAL, cached == null);
    byte[] content =
        cached != null ? cached : cache.put(reference.digest(), entry.content().orElseThrow());
    return new Manifest(entry.digest(), entry.mediaType(), content.length, content);
  }

  /**
   * Stores a manifest and moves its tags in one step; what the manifest is worth, and whether the
   * conditions hold, is decided by the metadata plane.
   */
  public PushedManifest put(Caller caller, ManifestPush push) {
    Optional<Digest> digest =
        switch (push.reference()) {
          case Reference.ByDigest byDigest -> Optional.of(byDigest.digest());
          case Reference.ByTag byTag -> Optional.empty();
        };
    Executed executed =
        metadata.execute(
            caller,
            new PutManifest(
                push.repository(),
                digest,
                push.contentType(),
                push.content(),
                tags(push),
                push.condition()));
    return new PushedManifest(executed.digest().orElseThrow(), executed.subject());
  }

  private static List<TagName> tags(ManifestPush push) {
    return switch (push.reference()) {
      case Reference.ByDigest byDigest -> push.tags().stream().distinct().toList();
      case Reference.ByTag byTag when push.tags().isEmpty() -> List.of(byTag.tag());
      case Reference.ByTag byTag ->
          throw RegistryError.UNSUPPORTED.because("?tag= is supported on a push by digest only");
    };
  }

  /** Removes a tag, or a manifest with all its tags. */
  public void delete(Caller caller, RepositoryName repository, Reference reference) {
    metadata.execute(
        caller,
        switch (reference) {
          case Reference.ByTag byTag -> new DeleteTag(repository, byTag.tag());
          case Reference.ByDigest byDigest -> new DeleteManifest(repository, byDigest.digest());
        });
  }

  private Freshness freshness(Reference reference) {
    return switch (reference) {
      case Reference.ByTag tag -> tagFreshness;
      case Reference.ByDigest digest -> Freshness.LOCAL;
    };
  }
}
