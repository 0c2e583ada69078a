package dev.meridian.node.metadata;

/** No decision within the deadline: no quorum, or no metadata server in reach. */
public final class MetadataUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean outcomeUnknown;

  public MetadataUnavailableException(String message, boolean outcomeUnknown, Throwable cause) {
    super(message, cause);
    this.outcomeUnknown = outcomeUnknown;
  }

  /** Whether a command may have been applied all the same. */
  public boolean outcomeUnknown() {
    return outcomeUnknown;
  }
}
