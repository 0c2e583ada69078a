package dev.meridian.controlplane.cli.copies;

import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;

/** An image as people name it: {@code demo/app:1}, or by its manifest's digest. */
public record ImageName(RepositoryName repository, Reference reference) {

  /**
   * Parses {@code REPO:TAG} or {@code REPO@DIGEST}.
   *
   * @throws IllegalArgumentException when the text is of neither form
   */
  public static ImageName parse(String text) {
    int at = text.indexOf('@');
    if (at >= 0) {
      return new ImageName(
          RepositoryName.parse(text.substring(0, at)),
          new Reference.ByDigest(Digest.parse(text.substring(at + 1))));
    }
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an image: expected REPO:TAG or REPO@DIGEST, such as demo/app:1");
    }
    return new ImageName(
        RepositoryName.parse(text.substring(0, colon)),
        new Reference.ByTag(TagName.parse(text.substring(colon + 1))));
  }

  /** The tag or digest alone. */
  public String referenceText() {
    return switch (reference) {
      case Reference.ByTag(TagName tag) -> tag.value();
      case Reference.ByDigest(Digest digest) -> digest.toString();
    };
  }

  @Override
  public String toString() {
    return switch (reference) {
      case Reference.ByTag(TagName tag) -> repository + ":" + tag;
      case Reference.ByDigest(Digest digest) -> repository + "@" + digest;
    };
  }
}
