package dev.meridian.node.metadata;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What a node may ask the metadata plane to change. */
public sealed interface MetadataCommand {

  /**
   * The completed object holds the blob. Refused after the end of its session.
   *
   * @param size in bytes
   * @param sessionExpiresMillis cluster time
   */
  record CommitBlob(
      RepositoryName repository,
      Digest digest,
      long size,
      RegionId region,
      String objectKey,
      long sessionExpiresMillis)
      implements MetadataCommand {}

  /** Links a blob of another repository; without {@code from}, of any. */
  record MountBlob(RepositoryName repository, Digest digest, Optional<RepositoryName> from)
      implements MetadataCommand {}

  /**
   * Stores a manifest and moves tags to it in one step.
   *
   * @param digest what the client says it is; otherwise sha256 of the bytes
   * @param contentType of the request, or empty
   */
  record PutManifest(
      RepositoryName repository,
      Optional<Digest> digest,
      String contentType,
      byte[] content,
      List<TagName> tags,
      TagCondition condition)
      implements MetadataCommand {
    public PutManifest {
      tags = List.copyOf(tags);
      Objects.requireNonNull(condition, "condition");
    }
  }

  /** What must hold of the tags of a {@link PutManifest} when it is applied. */
  sealed interface TagCondition {
    /** Nothing. */
    record None() implements TagCondition {}

    /** The tag is not there. */
    record Absent() implements TagCondition {}

    /** The tag is there. */
    record Present() implements TagCondition {}

    /** The tag names one of these digests. */
    record Current(List<Digest> digests) implements TagCondition {
      public Current {
        digests = List.copyOf(digests);
      }
    }
  }

  /** Removes a tag. */
  record DeleteTag(RepositoryName repository, TagName tag) implements MetadataCommand {}

  /** Removes a manifest and its tags. */
  record DeleteManifest(RepositoryName repository, Digest digest) implements MetadataCommand {}

  /** Removes a repository's link to a blob. */
  record DeleteBlob(RepositoryName repository, Digest digest) implements MetadataCommand {}

  /** A region holds a further, verified copy of a blob of this size in bytes. */
  record AddPlacement(Digest digest, RegionId region, String objectKey, long size)
      implements MetadataCommand {}

  /** A copy is bad or gone. */
  record RemovePlacement(Digest digest, RegionId region, String objectKey)
      implements MetadataCommand {}

  /** An unreferenced link begins its life anew. */
  record RenewLink(RepositoryName repository, Digest digest) implements MetadataCommand {}

  /** Objects that no placement names are to be deleted after the grace. */
  record DoomObjects(RegionId region, List<String> objectKeys) implements MetadataCommand {
    public DoomObjects {
      objectKeys = List.copyOf(objectKeys);
    }
  }

  /** An account was used; the plane remembers it to the hour. */
  record NoteUse(String account) implements MetadataCommand {}

  /** Doomed objects were deleted. */
  record ConfirmDeletions(RegionId region, List<String> objectKeys) implements MetadataCommand {
    public ConfirmDeletions {
      objectKeys = List.copyOf(objectKeys);
    }
  }
}
