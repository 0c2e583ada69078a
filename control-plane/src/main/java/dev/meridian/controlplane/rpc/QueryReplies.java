package dev.meridian.controlplane.rpc;

import com.google.protobuf.ByteString;
import dev.meridian.controlplane.apply.copies.Policy;
import dev.meridian.controlplane.disk.LiveDatabase.Answer;
import dev.meridian.controlplane.query.Copy;
import dev.meridian.controlplane.query.CopyQueries;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.model.Descriptor;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.proto.metadata.GetBlobReply;
import dev.meridian.proto.metadata.GetManifestReply;
import dev.meridian.proto.metadata.GetPlacementsReply;
import dev.meridian.proto.metadata.GetPolicyReply;
import dev.meridian.proto.metadata.ListCopiesReply;
import dev.meridian.proto.metadata.ListMissingReply;
import dev.meridian.proto.metadata.ListReferrersReply;
import dev.meridian.proto.metadata.ListRepositoriesReply;
import dev.meridian.proto.metadata.ListTagsReply;
import dev.meridian.proto.metadata.MissingBlob;
import dev.meridian.proto.metadata.Placement;
import dev.meridian.proto.metadata.PlacementPolicy;
import dev.meridian.proto.metadata.Referrer;
import dev.meridian.proto.metadata.SearchRepositoriesReply;
import dev.meridian.proto.metadata.StoredCopy;
import java.util.Collection;
import java.util.List;
import java.util.Map;

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
    return reply
        .addAllPlacements(placements(found.placements()))
        .addAllOnly(names(found.only()))
        .build();
  }

  static GetPolicyReply policy(Answer<Policy> answer) {
    return GetPolicyReply.newBuilder()
        .setRevision(answer.revision())
        .setPolicy(
            PlacementPolicy.newBuilder()
                .addAllEager(names(answer.value().eager()))
                .addAllOnly(names(answer.value().only()))
                .setMinCopies(answer.value().minCopies()))
        .build();
  }

  static GetPlacementsReply placements(Answer<CopyQueries.BlobCopies> answer) {
    return GetPlacementsReply.newBuilder()
        .setRevision(answer.revision())
        .setSize(answer.value().size())
        .addAllPlacements(placements(answer.value().copies()))
        .build();
  }

  static ListMissingReply missing(CopyQueries.MissingPage page, boolean paused) {
    return missing(page.items(), paused).toBuilder()
        .setCursor(page.more() ? ByteString.copyFrom(page.cursor()) : ByteString.EMPTY)
        .build();
  }

  static ListMissingReply missing(List<CopyQueries.MissingFound> items, boolean paused) {
    return ListMissingReply.newBuilder()
        .addAllBlobs(items.stream().map(QueryReplies::missing).toList())
        .setPaused(paused)
        .build();
  }

  private static MissingBlob missing(CopyQueries.MissingFound found) {
    return MissingBlob.newBuilder()
        .setDigest(found.digest().toString())
        .setSize(found.size())
        .setSinceMs(found.sinceMillis())
        .setBackfill(found.backfill())
        .addAllPlacements(placements(found.copies()))
        .build();
  }

  static ListCopiesReply copies(Queries.Page<CopyQueries.CopyFound> page) {
    return ListCopiesReply.newBuilder()
        .addAllCopies(page.items().stream().map(QueryReplies::copy).toList())
        .setMore(page.more())
        .build();
  }

  private static StoredCopy copy(CopyQueries.CopyFound found) {
    return StoredCopy.newBuilder()
        .setObjectKey(found.copy().objectKey())
        .setDigest(found.digest().toString())
        .setSize(found.size())
        .setVerifiedMs(found.copy().verifiedMillis())
        .build();
  }

  private static List<Placement> placements(Map<RegionId, Copy> copies) {
    return copies.entrySet().stream()
        .map(copy ->
            Placement.newBuilder()
                .setRegion(copy.getKey().value())
                .setObjectKey(copy.getValue().objectKey())
                .setVerifiedMs(copy.getValue().verifiedMillis())
                .build())
        .toList();
  }

  private static List<String> names(Collection<RegionId> regions) {
    return regions.stream().map(RegionId::value).toList();
  }

  static ListTagsReply tags(Answer<Queries.Page<TagName>> answer) {
    return ListTagsReply.newBuilder()
        .setRevision(answer.revision())
        .addAllTags(answer.value().items().stream().map(TagName::toString).toList())
        .setMore(answer.value().more())
        .build();
  }

  static ListRepositoriesReply repositories(Answer<Queries.Page<RepositoryName>> answer) {
    List<String> names = answer.value().items().stream().map(RepositoryName::value).toList();
    return ListRepositoriesReply.newBuilder()
        .setRevision(answer.revision())
        .addAllRepositories(names)
        .setMore(answer.value().more())
        .setLast(answer.value().more() ? names.getLast() : "")
        .build();
  }

  static SearchRepositoriesReply found(Answer<Queries.Page<RepositoryName>> answer) {
    return SearchRepositoriesReply.newBuilder()
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
