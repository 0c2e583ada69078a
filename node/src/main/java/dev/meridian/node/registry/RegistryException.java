package dev.meridian.node.registry;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A request that does not succeed, with what the client is told. */
public final class RegistryException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final RegistryError error;
  private final LinkedHashMap<String, String> headers = new LinkedHashMap<>();

  RegistryException(RegistryError error, String message) {
    this(error, message, null);
  }

  RegistryException(RegistryError error, String message, Throwable cause) {
    super(message, cause);
    this.error = error;
  }

  /** Adds a header that the answer carries, such as {@code Allow} or {@code Content-Range}. */
  public RegistryException with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  public RegistryError error() {
    return error;
  }

  /** Headers of the answer, in the order in which they were added. */
  public Map<String, String> headers() {
    return Collections.unmodifiableMap(headers);
  }
}
