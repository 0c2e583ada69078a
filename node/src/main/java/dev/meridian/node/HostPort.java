package dev.meridian.node;

/** An address of the configuration, {@code host:port}. */
record HostPort(String host, int port) {

  /**
   * Parses {@code host:port}.
   *
   * @throws IllegalArgumentException when it is not of that form
   */
  static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    try {
      return new HostPort(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "address \"" + text + "\" is not valid: expected host:port", e);
    }
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
