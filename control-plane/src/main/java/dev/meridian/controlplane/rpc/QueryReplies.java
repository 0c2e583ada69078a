package dev.meridian.controlplane.rpc;

import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.model.Descriptor;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.metadata.GetBlobReply;
import dev.meridian.proto.metadata.GetManifestReply;
import dev.meridian.proto.metadata.ListReferrersReply;
import dev.meridian.proto.metadata.ListRepositoriesReply;
import dev.meridian.proto.metadata.ListTagsReply;
import dev.meridian.proto.metadata.Placement;
import dev.meridian.proto.metadata.Referrer;

/** What queries found, as it travels. */
final class QueryReplies {
  private QueryReplies() {}

  static GetManifestReply manifest(Answer<Queries.ManifestFound> answer) {
    Queries.ManifestFound found = answer.value();
    GetManifestReply.Builder reply =
        GetManifestReply.newBuilder()
            .setRevision(answer.revision())
            .setDigest(found.digest().toString())
            .setMediaType(found.mediaType())
            .setSize(found.size());
    found.content().ifPresent(reply::setContent);
    return reply.build();
  }

  static GetBlobReply blob(Answer<Queries.BlobFound> answer) {
    Queries.BlobFound found = answer.value();
    GetBlobReply.Builder reply =
        GetBlobReply.newBuilder()
            .setRevision(answer.revision())
            .setSize(found.size())
            .setRenewalDue(found.renewalDue());
    found
        .placements()
        .forEach((region, key) ->
            reply.addPlacements(
                Placement.newBuilder().setRegion(region.value()).setObjectKey(key)));
    return reply.build();
  }

  static ListTagsReply tags(Answer<Queries.Page<TagName>> answer) {
    return ListTagsReply.newBuilder()
        .setRevision(answer.revision())
        .addAllTags(answer.value().items().stream().map(TagName::toString).toList())
        .setMore(answer.value().more())
        .build();
  }

  static ListRepositoriesReply repositories(Answer<Queries.Page<RepositoryName>> answer) {
    return ListRepositoriesReply.newBuilder()
        .setRevision(answer.revision())
        .addAllRepositories(answer.value().items().stream().map(RepositoryName::value).toList())
        .setMore(answer.value().more())
        .build();
  }

  static ListReferrersReply referrers(Answer<Queries.Page<Descriptor>> answer) {
    return ListReferrersReply.newBuilder()
        .setRevision(answer.revision())
        .addAllReferrers(answer.value().items().stream().map(QueryReplies::referrer).toList())
        .setMore(answer.value().more())
        .build();
  }

  private static Referrer referrer(Descriptor descriptor) {
    return Referrer.newBuilder()
        .setDigest(descriptor.digest().toString())
        .setMediaType(descriptor.mediaType())
        .setSize(descriptor.size())
        .setArtifactType(descriptor.artifactType())
        .putAllAnnotations(descriptor.annotations())
        .build();
  }
}
