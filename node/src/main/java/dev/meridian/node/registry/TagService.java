package dev.meridian.node.registry;

import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataClient.Reader;
import dev.meridian.node.metadata.Page;
import java.util.List;
import java.util.Optional;

/** Lists of tags and of repositories (OCI distribution-spec, "Listing Tags"), and search. */
public final class TagService {

  /** A part of an ordered list; {@code more} says that others follow. */
  public record Listing<T>(List<T> items, boolean more) {

    public Listing {
      items = List.copyOf(items);
    }
  }

  private final MetadataClient metadata;
  private final Freshness freshness;

  /**
   * @param freshness how fresh a list must be
   */
  public TagService(MetadataClient metadata, Freshness freshness) {
    this.metadata = metadata;
    this.freshness = freshness;
  }

  /** At most {@code limit} tags after {@code last}; a limit of 0 asks whether the name is there. */
  public Listing<TagName> tags(RepositoryName repository, Optional<String> last, int limit) {
    return listing(metadata.listTags(repository, last, Math.max(1, limit), freshness), limit);
  }

  /**
   * At most {@code limit} repositories after {@code last}.
   *
   * @param reader only what they may pull; empty: all
   */
  public Listing<RepositoryName> repositories(
      Optional<Reader> reader, Optional<String> last, int limit) {
    return listing(metadata.listRepositories(reader, last, Math.max(1, limit), freshness), limit);
  }

  /**
   * At most {@code limit} repositories whose name begins with a term or, after them, holds it.
   *
   * @param reader only what they may pull; empty: all
   */
  public Listing<RepositoryName> search(Optional<Reader> reader, String term, int limit) {
    return listing(metadata.searchRepositories(reader, term, limit, freshness), limit);
  }

  private static <T> Listing<T> listing(Page<T> page, int limit) {
    return new Listing<>(page.items().stream().limit(limit).toList(), limit > 0 && page.more());
  }
}
