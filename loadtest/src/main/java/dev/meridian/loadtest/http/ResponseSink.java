package dev.meridian.loadtest.http;

import java.io.IOException;

/** Takes the body of a successful response piece by piece, while it arrives. */
@FunctionalInterface
public interface ResponseSink {

  /** For bodies whose length alone is of interest. */
  ResponseSink DISCARD = (bytes, offset, length) -> {};

  /** The bytes are valid only during the call. */
  void accept(byte[] bytes, int offset, int length) throws IOException;
}
