package dev.meridian.controlplane.cli;

import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;

/** A tag of a repository, {@code demo/app:1}. */
record QualifiedTag(RepositoryName repository, TagName tag) {

  /**
   * Parses {@code REPO:TAG}.
   *
   * @throws IllegalArgumentException when the text is not of that form
   */
  static QualifiedTag parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || text.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a tag: expected REPO:TAG, such as demo/app:1");
    }
    return new QualifiedTag(
        RepositoryName.parse(text.substring(0, colon)), TagName.parse(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return repository + ":" + tag;
  }
}
