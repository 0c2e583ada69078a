package dev.meridian.access;

import dev.meridian.model.Quoted;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What may be done with a repository. */
public enum Action {
  /** Read manifests, blobs, tags and referrers. */
  PULL,
  /** Store blobs and manifests. */
  PUSH,
  /** Give a manifest a tag that is not there. */
  TAG_CREATE,
  /** Move a tag that is there. */
  TAG_UPDATE,
  /** Remove tags, manifests and blobs. */
  DELETE,
  /** All of these, and who else may do them; on all repositories: whatever the cluster has. */
  ADMIN;

  private final String text = name().toLowerCase(Locale.ROOT).replace('_', '-');

  /**
   * The action of this name, such as {@code tag-create}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Action parse(String text) {
    return Arrays.stream(values())
        .filter(action -> action.text.equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "action "
                    + Quoted.of(text)
                    + " is not known: expected one of "
                    + Arrays.stream(values())
                        .map(Action::toString)
                        .collect(Collectors.joining(", "))));
  }

  @Override
  public String toString() {
    return text;
  }
}
