package dev.meridian.node.metadata;

import dev.meridian.access.Identity;
import dev.meridian.access.Visibility;
import dev.meridian.model.RepositoryName;
import dev.meridian.secrets.PasswordHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the metadata plane knows of who may do what. Answers come from the nearest replica, which
 * has applied at least the revision that is asked for; each method throws {@link
 * MetadataUnavailableException} when it has not by the deadline.
 */
public interface AccessQueries {

  /**
   * Somebody who can log in, and what is granted to them.
   *
   * @param expires after this they cannot log in
   * @param password of a user
   * @param secretHashes of a robot: SHA-256 of each secret that opens it; what was proved with
   *     another one does not count
   * @param lastUsed to the hour
   * @param credentialsRevision what was proved before this revision does not count
   */
  record Account(
      Identity identity,
      boolean disabled,
      Optional<Instant> expires,
      Optional<PasswordHash> password,
      List<byte[]> secretHashes,
      Instant lastUsed,
      long credentialsRevision) {

    public Account {
      secretHashes = List.copyOf(secretHashes);
    }

    /** Whether they may log in at all, now. */
    public boolean isOpen(Instant now) {
      return !disabled && expires.filter(end -> !now.isBefore(end)).isEmpty();
    }
  }

  /**
   * An account by its name, the anonymous principal by the empty one.
   *
   * @return empty when there is none
   */
  Optional<Account> account(String name, long revision);

  /** Who may pull from a repository without a grant; it need not exist. */
  Visibility visibility(RepositoryName repository, long revision);

  /** A revision that had been applied by a quorum when this was called, or a later one. */
  long currentRevision(Duration deadline);
}
