package dev.meridian.node.fetch;

import dev.meridian.model.Digest;
import java.io.IOException;

/** What came is not what the digest says. */
final class WrongBytesException extends IOException {

  private static final long serialVersionUID = 1L;

  WrongBytesException(Digest expected, Digest actual) {
    super("expected blob " + expected + " but got bytes of " + actual);
  }
}
