package dev.meridian.node.peer;

import dev.meridian.node.routing.PeerNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;

/**
 * Asks other nodes. Every method blocks, has deadlines, and may be called by any thread but an
 * event loop's.
 */
public final class PeerClient implements AutoCloseable {

  public PeerClient(Vertx vertx, PeerSettings settings) {}

  /**
   * Opens a copy that the node's region holds.
   *
   * @throws PeerUnreachableException when the node does not answer
   * @throws PeerRefusedException when it answers that it has none
   */
  public RemoteBlob openHeld(PeerNode node, BlobRequest request) {
    throw new UnsupportedOperationException();
  }

  /**
   * Has another node of the own region fetch a blob.
   *
   * @throws PeerUnreachableException when the node does not answer
   * @throws PeerRefusedException when it answers that no holder can be reached
   */
  public RemoteBlob openFetched(PeerNode node, BlobRequest request) {
    throw new UnsupportedOperationException();
  }

  /** Whether the object storage of the node's region answers; false too when the node does not. */
  public boolean storageAnswers(PeerNode node) {
    throw new UnsupportedOperationException();
  }

  /**
   * Sends a request to the first of these nodes that can be connected to, and hands back its
   * answer. Once bytes may have been sent, no further node is tried.
   *
   * @throws PeerUnreachableException when none can be connected to, or the one that was sent the
   *     request does not answer
   * @throws IOException what the request's body threw
   */
  public PeerReply forward(List<PeerNode> nodes, PeerRequest request) throws IOException {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
