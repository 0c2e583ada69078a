package dev.meridian.node.peer;

import dev.meridian.node.blobs.BlobBody;

/**
 * The blobs that a node gives to other nodes. All methods look the blob up in the metadata plane
 * themselves: no node can name an object key or a path.
 */
public interface PeerBlobs {

  /**
   * Bytes of a copy that this region holds.
   *
   * @throws PeerRefusedException when no repository links the blob, this region has no placement of
   *     it, or its bytes cannot be had now
   */
  PeerBlob openHeld(BlobRequest request);

  /**
   * Bytes of a blob for another node of this region, fetched from another region when it is cold
   * here; never through a third node of this region.
   *
   * @throws PeerRefusedException when it is not linked, or no holder can be reached
   */
  PeerBlob openFetched(BlobRequest request);

  /**
   * Returns when this region holds a copy of the blob; when it does not, this node fetches one,
   * before all that it copies for other reasons. The range is ignored.
   *
   * @throws PeerRefusedException when it is not linked, no holder can be reached, or it cannot be
   *     stored here now
   */
  void copy(BlobRequest request);

  /**
   * What is sent: the body, which the receiver of this record closes.
   *
   * @param size of the whole blob in bytes
   */
  record PeerBlob(BlobBody body, long size) {}
}
