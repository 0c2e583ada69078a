package dev.meridian.model;

import java.util.UUID;

/** An upload session. */
public record UploadId(UUID value) {

  /** A new session's random id. */
  public static UploadId random() {
    return new UploadId(UUID.randomUUID());
  }

  /**
   * Parses the form that {@link #toString} gives.
   *
   * @throws IllegalArgumentException when it is not a UUID
   */
  public static UploadId parse(String text) {
    return new UploadId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
