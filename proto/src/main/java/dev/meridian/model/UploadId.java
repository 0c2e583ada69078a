package dev.meridian.model;

import java.util.UUID;
import java.util.regex.Pattern;

/** An upload session. */
public record UploadId(UUID value) {

  // UUID.fromString also takes shorter forms, which would give one session many names.
  private static final Pattern PATTERN =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

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
    if (!PATTERN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "upload id " + Quoted.of(text) + " is not valid: expected a lower-case UUID");
    }
    return new UploadId(UUID.fromString(text));
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
