package dev.meridian.node.metadata;

import java.util.List;

/** The metadata plane decided against a command, or what a query asked for is not there. */
public final class MetadataRejectedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The decision. */
  public enum Reason {
    REPOSITORY_UNKNOWN,
    MANIFEST_UNKNOWN,
    REFERENCE_UNKNOWN,
    BLOB_UNKNOWN,
    TAG_UNKNOWN,
    IN_USE,
    CONDITION_FAILED,
    SESSION_EXPIRED,
    COMMAND_EXPIRED,
    MANIFEST_INVALID,
    DIGEST_INVALID,
    SIZE_INVALID,
    TOO_LARGE,
    NAME_INVALID,
    TAG_INVALID,
    OBJECT_DOOMED,
    COPIES_MISSING,
    NOT_ALLOWED,
    TAG_IMMUTABLE,
    ACCOUNT_UNKNOWN,
    DENIED
  }

  private final Reason reason;
  private final List<String> subjects;
  private final long revision;

  /**
   * @param revision of the state in which it was decided; 0 when no state was looked at
   */
  public MetadataRejectedException(
      Reason reason, String message, List<String> subjects, long revision) {
    super(message);
    this.reason = reason;
    this.subjects = List.copyOf(subjects);
    this.revision = revision;
  }

  public Reason reason() {
    return reason;
  }

  /** Digests or names that it is about: what is missing, or who holds it. */
  public List<String> subjects() {
    return subjects;
  }

  /** The state in which it was decided; 0 when the request alone showed it. */
  public long revision() {
    return revision;
  }
}
