package dev.meridian.controlplane.rpc;

/** A command was submitted and may have been applied; its id may be sent again. */
final class UnknownOutcomeException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UnknownOutcomeException(String message) {
    super(message);
  }
}
