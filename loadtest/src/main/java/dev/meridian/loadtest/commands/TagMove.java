package dev.meridian.loadtest.commands;

import com.google.protobuf.ByteString;

/**
 * One of the commands, by its number: a tag comes to name the other one of two manifests, so that
 * each command changes something. Two commands on one tag are always many others apart.
 */
record TagMove(long number) {

  static final String REPOSITORY = "loadtest/commands";

  private static final int TAGS = 1_000;
  private static final int MANIFESTS = 2;

  String tag() {
    return "t" + number % TAGS;
  }

  /** Which manifest the tag comes to name. */
  int manifest() {
    return (int) (number / TAGS % MANIFESTS);
  }

  /** Which one it named before, but in the first lap. */
  int before() {
    return 1 - manifest();
  }

  /** The smallest manifests that there are: they refer to nothing. */
  static ByteString content(int manifest) {
    return ByteString.copyFromUtf8(
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[],"annotations":{"number":"%d"}}\
        """
            .formatted(MEDIA_TYPE, manifest));
  }

  static final String MEDIA_TYPE = "application/vnd.oci.image.index.v1+json";
}
