package dev.meridian.node.registry;

import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataRejectedException.Reason;
import dev.meridian.node.metadata.Page;
import dev.meridian.node.registry.TagService.Listing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Manifests that name another one as their subject (OCI distribution-spec, "Listing Referrers").
 */
public final class ReferrerService {

  /** An index must be small enough to be pushed again: clients that copy it do that. */
  private static final long LARGEST_ANSWER = 4 << 20;

  private static final long DESCRIPTOR_OVERHEAD = 256;
  private static final int PAGE = 100;

  private final MetadataClient metadata;
  private final Freshness freshness;

  /**
   * @param freshness how fresh the list must be
   */
  public ReferrerService(MetadataClient metadata, Freshness freshness) {
    this.metadata = metadata;
    this.freshness = freshness;
  }

  /**
   * The referrers after this one, as many as fit one index. None is an empty list, also when
   * subject or repository do not exist.
   */
  public Listing<Descriptor> list(
      RepositoryName repository,
      Digest subject,
      Optional<String> artifactType,
      Optional<Digest> last) {
    List<Descriptor> fitting = new ArrayList<>();
    long size = 0;
    Optional<Digest> after = last;
    while (true) {
      Page<Descriptor> page = page(repository, subject, artifactType, after);
      for (Descriptor descriptor : page.items()) {
        size += sizeOf(descriptor);
        if (size > LARGEST_ANSWER && !fitting.isEmpty()) {
          return new Listing<>(fitting, true);
        }
        fitting.add(descriptor);
      }
      if (!page.more() || page.items().isEmpty()) {
        return new Listing<>(fitting, false);
      }
      after = Optional.of(page.items().getLast().digest());
    }
  }

  private Page<Descriptor> page(
      RepositoryName repository,
      Digest subject,
      Optional<String> artifactType,
      Optional<Digest> after) {
    try {
      return metadata.listReferrers(
          repository, subject, artifactType, after.map(Digest::toString), PAGE, freshness);
    } catch (MetadataRejectedException e) {
      if (e.reason() == Reason.REPOSITORY_UNKNOWN) {
        return new Page<>(0, List.of(), false);
      }
      throw e;
    }
  }

  /** An upper bound of the descriptor as JSON, but for characters that JSON must escape. */
  private static long sizeOf(Descriptor descriptor) {
    long size = DESCRIPTOR_OVERHEAD + descriptor.mediaType().length();
    size += descriptor.artifactType().length();
    for (var annotation : descriptor.annotations().entrySet()) {
      size += annotation.getKey().length() + annotation.getValue().length() + 8L;
    }
    return size;
  }
}
