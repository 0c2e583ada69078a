package dev.meridian.controlplane.apply.command;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.log.CommandRejection;
import dev.meridian.proto.log.RejectionCode;
import java.util.List;

/**
 * Why something was decided against.
 *
 * @param subjects digests or names that it is about: what is missing, or who holds it; at most
 *     {@link #MAX_SUBJECTS}
 */
public record Rejection(RejectionCode code, String message, List<String> subjects) {

  /** So many subjects fit into the trailer of an answer, with room to spare. */
  public static final int MAX_SUBJECTS = 32;

  public Rejection {
    subjects = List.copyOf(subjects.subList(0, Math.min(subjects.size(), MAX_SUBJECTS)));
  }

  public static Rejection of(RejectionCode code, String message, String... subjects) {
    return new Rejection(code, message, List.of(subjects));
  }

  /** No repository has this name. */
  public static Rejection repositoryUnknown(RepositoryName repository) {
    return of(
        RejectionCode.REPOSITORY_UNKNOWN,
        "repository " + repository + " does not exist",
        repository.value());
  }

  /** The repository does not hold the manifest. */
  public static Rejection manifestUnknown(RepositoryName repository, Digest digest) {
    return of(
        RejectionCode.MANIFEST_UNKNOWN,
        "manifest " + digest + " is not in repository " + repository,
        digest.toString());
  }

  /** The repository has no such tag. */
  public static Rejection tagUnknown(RepositoryName repository, TagName tag) {
    return of(
        RejectionCode.TAG_UNKNOWN,
        "tag " + tag + " is not in repository " + repository,
        tag.value());
  }

  /** The repository does not link the blob. */
  public static Rejection blobUnknown(RepositoryName repository, Digest digest) {
    return of(
        RejectionCode.BLOB_UNKNOWN,
        "blob " + digest + " is not in repository " + repository,
        digest.toString());
  }

  /** The region is not in the cluster. */
  public static Rejection regionUnknown(RegionId region) {
    return of(
        RejectionCode.REGION_UNKNOWN,
        "region " + region + " is not in the cluster",
        region.value());
  }

  /** No repository links the blob. */
  public static Rejection blobUnlinked(Digest digest) {
    return of(RejectionCode.BLOB_UNKNOWN, "no repository links blob " + digest, digest.toString());
  }

  /**
   * The blob is not there, or not for who asks.
   *
   * @param from a repository's name, or empty
   */
  public static Rejection notMountable(String from, Digest digest) {
    return of(
        RejectionCode.BLOB_UNKNOWN,
        "blob " + digest + " cannot be mounted from " + (from.isEmpty() ? "any repository" : from),
        digest.toString());
  }

  /** As it stands in an outcome. */
  public CommandRejection toProto() {
    return CommandRejection.newBuilder()
        .setCode(code)
        .setMessage(message)
        .addAllSubjects(subjects)
        .build();
  }
}
