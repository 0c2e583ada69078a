package dev.meridian.controlplane.prepare;

import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.proto.log.DigestSet;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.TagCondition;

/** Turns a manifest as a client sent it into a command. */
final class ManifestPreparer {

  private static final int MAX_CONDITION_DIGESTS = 100;

  private final ManifestParser parser = new ManifestParser();

  PutManifest prepare(dev.meridian.proto.metadata.PutManifest request) throws RefusedException {
    PutManifest.Builder command =
        PutManifest.newBuilder()
            .setRepository(RequestFields.repository(request.getRepository()))
            .addAllTags(RequestFields.tags(request.getTagsList()))
            .setCondition(condition(request.getCondition()));
    ParsedManifest manifest = parser.parse(request.getContent(), request.getContentType());
    manifest.subject().ifPresent(command::setSubject);
    return command
        .setDigest(digest(request))
        .setMediaType(manifest.mediaType())
        .setContent(request.getContent())
        .setArtifactType(manifest.artifactType())
        .putAllAnnotations(manifest.annotations())
        .addAllReferences(manifest.references())
        .build();
  }

  /** The client's digest, whose algorithm is the client's choice; without one it is sha256. */
  private static String digest(dev.meridian.proto.metadata.PutManifest request)
      throws RefusedException {
    String expected = request.getDigest();
    Algorithm algorithm =
        expected.isEmpty()
            ? Algorithm.SHA256
            : Digest.parse(RequestFields.digest(expected)).algorithm();
    String digest = Digest.of(algorithm, request.getContent().toByteArray()).toString();
    if (!expected.isEmpty() && !expected.equals(digest)) {
      throw new RefusedException(
          RejectionCode.DIGEST_INVALID,
          "digest of the manifest is " + digest + ": expected " + expected);
    }
    return digest;
  }

  private static TagCondition condition(dev.meridian.proto.metadata.TagCondition condition)
      throws RefusedException {
    TagCondition.Builder prepared = TagCondition.newBuilder();
    return switch (condition.getConditionCase()) {
      case ABSENT -> prepared.setAbsent(true).build();
      case PRESENT -> prepared.setPresent(true).build();
      case CURRENT -> prepared.setCurrent(current(condition.getCurrent())).build();
      case CONDITION_NOT_SET -> prepared.build();
    };
  }

  private static DigestSet current(dev.meridian.proto.metadata.DigestSet digests)
      throws RefusedException {
    if (digests.getDigestsCount() > MAX_CONDITION_DIGESTS) {
      throw new RefusedException(
          RejectionCode.TOO_LARGE,
          "the condition names "
              + digests.getDigestsCount()
              + " digests: expected at most "
              + MAX_CONDITION_DIGESTS);
    }
    for (String digest : digests.getDigestsList()) {
      RequestFields.digest(digest);
    }
    return DigestSet.newBuilder().addAllDigests(digests.getDigestsList()).build();
  }
}
