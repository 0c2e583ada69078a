package dev.meridian.loadtest.scale;

/**
 * What a cluster is filled with, and how it is measured then.
 *
 * @param tags all in one of the repositories
 * @param manifests in all repositories together
 * @param connections that fill it, over all regions
 * @param samples of each page at each place
 * @param seed content and choices follow from it
 */
public record ScaleSettings(
    int tags, int repositories, int manifests, int connections, int samples, long seed) {

  /** How many tags are written with one manifest. */
  static final int TAGS_OF_A_MANIFEST = 10;

  /**
   * @throws IllegalArgumentException when numbers do not fit; it names options of the command line
   */
  public ScaleSettings {
    if (tags < 1 || repositories < 1 || manifests < 1 || connections < 1 || samples < 1) {
      throw new IllegalArgumentException(
          "--tags, --repositories, --manifests, --connections and --samples must be positive");
    }
    long fewest = taggedManifests(tags) + (repositories - 1L);
    if (manifests < fewest) {
      throw new IllegalArgumentException(
          "--manifests must be at least %d: one for each %d tags, and one for each repository"
              .formatted(fewest, TAGS_OF_A_MANIFEST));
    }
  }

  /** Manifests that tags of the one repository name. */
  int taggedManifests() {
    return taggedManifests(tags);
  }

  private static int taggedManifests(int tags) {
    return Math.ceilDiv(tags, TAGS_OF_A_MANIFEST);
  }

  /** Repositories other than the one with the tags. */
  int otherRepositories() {
    return repositories - 1;
  }

  /** Manifests that come after all tags and repositories are there. */
  int otherManifests() {
    return manifests - taggedManifests() - otherRepositories();
  }
}
