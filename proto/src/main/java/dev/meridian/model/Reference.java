package dev.meridian.model;

/** What names a manifest within a repository: a tag that moves or a digest that does not. */
public sealed interface Reference {

  /** A reference by tag. */
  record ByTag(TagName tag) implements Reference {
    @Override
    public String toString() {
      return tag.toString();
    }
  }

  /** A reference by digest. */
  record ByDigest(Digest digest) implements Reference {
    @Override
    public String toString() {
      return digest.toString();
    }
  }

  /**
   * Parses a reference; a text with a colon is a digest, since a tag has none.
   *
   * @throws IllegalArgumentException when it is neither
   */
  static Reference parse(String text) {
    return text.indexOf(':') >= 0
        ? new ByDigest(Digest.parse(text))
        : new ByTag(TagName.parse(text));
  }
}
