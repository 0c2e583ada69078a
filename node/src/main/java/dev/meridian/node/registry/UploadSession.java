package dev.meridian.node.registry;

import dev.meridian.model.RepositoryName;
import dev.meridian.model.UploadId;

/**
 * An upload session as its client sees it.
 *
 * @param token the last part of its location
 * @param received bytes so far
 */
public record UploadSession(RepositoryName repository, UploadId id, String token, long received) {

  /** Where the session goes on: a path, so that it holds behind any proxy. */
  public String location() {
    return "/v2/" + repository + "/blobs/uploads/" + token;
  }

  /**
   * The {@code Range} header (OCI distribution-spec, "Pushing a blob in chunks"). It can not say
   * that there is no byte yet; {@code 0-0} is what clients know for that.
   */
  public String range() {
    return "0-" + Math.max(0, received - 1);
  }
}
