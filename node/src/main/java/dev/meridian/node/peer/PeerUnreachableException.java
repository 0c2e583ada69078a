package dev.meridian.node.peer;

/** A node, or every node of a region, did not answer within the deadline. */
public final class PeerUnreachableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public PeerUnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
