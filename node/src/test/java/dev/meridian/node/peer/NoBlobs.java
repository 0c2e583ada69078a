package dev.meridian.node.peer;

import dev.meridian.node.peer.PeerRefusedException.Reason;

/** Of a node that has no blob and gets none. */
public final class NoBlobs implements PeerBlobs {

  @Override
  public PeerBlob openHeld(BlobRequest request) {
    throw new PeerRefusedException(Reason.NOT_FOUND, "none");
  }

  @Override
  public PeerBlob openFetched(BlobRequest request) {
    throw new PeerRefusedException(Reason.NOT_FOUND, "none");
  }

  @Override
  public void copy(BlobRequest request) {
    throw new PeerRefusedException(Reason.UNAVAILABLE, "none");
  }
}
