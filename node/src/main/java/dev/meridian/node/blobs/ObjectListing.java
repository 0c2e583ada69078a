package dev.meridian.node.blobs;

import java.util.List;

/**
 * One page of what storage holds.
 *
 * @param objects keys of completed objects
 * @param unfinished sessions that were neither completed nor aborted, for {@link
 *     BlobStore#recover}, whose state may then be resumed and aborted
 * @param more whether there are further ones
 */
public record ObjectListing(List<String> objects, List<UploadState> unfinished, boolean more) {

  public ObjectListing {
    objects = List.copyOf(objects);
    unfinished = List.copyOf(unfinished);
  }
}
