package dev.meridian.node.fetch;

/** The blob is linked, but no region that holds it can be reached now: 503, never 404. */
public final class NoHolderException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public NoHolderException(String message, Throwable cause) {
    super(message, cause);
  }
}
