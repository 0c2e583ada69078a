package dev.meridian.node.metadata.grpc;

import com.google.protobuf.ByteString;
import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.CopyQueries;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.ManifestEntry;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.Page;
import dev.meridian.proto.metadata.ClusterView;
import dev.meridian.proto.metadata.GetBlobReply;
import dev.meridian.proto.metadata.GetManifestReply;
import dev.meridian.proto.metadata.GetManifestRequest;
import dev.meridian.proto.metadata.GetPlacementsReply;
import dev.meridian.proto.metadata.GetPolicyReply;
import dev.meridian.proto.metadata.ListMissingReply;
import dev.meridian.proto.metadata.ListMissingRequest;
import dev.meridian.proto.metadata.ListReferrersReply;
import dev.meridian.proto.metadata.ListTagsReply;
import dev.meridian.proto.metadata.MissingBlob;
import dev.meridian.proto.metadata.NodeReport;
import dev.meridian.proto.metadata.Placement;
import dev.meridian.proto.metadata.ReadOptions;
import dev.meridian.proto.metadata.Referrer;
import dev.meridian.proto.metadata.RegionDistance;
import dev.meridian.proto.metadata.RegionInfo;
import dev.meridian.proto.metadata.RegionPlace;
import dev.meridian.proto.metadata.ReplicationReport;
import dev.meridian.proto.metadata.StoredCopy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Queries as messages of metadata.proto, and the answers to them. */
final class QueryMessages {

  private QueryMessages() {}

  /**
   * The options of a read; {@code seen} is the highest revision that this node knows of. What is
   * found by its digest is right at any revision, and must not wait for a server that is behind.
   */
  static ReadOptions options(Freshness freshness, long seen) {
    return ReadOptions.newBuilder()
        .setMode(
            switch (freshness.mode()) {
              case LINEARIZABLE -> ReadOptions.Mode.LINEARIZABLE;
              case LOCAL -> ReadOptions.Mode.LOCAL;
              case BOUNDED -> ReadOptions.Mode.BOUNDED;
            })
        .setMaxStalenessMs(freshness.maxStaleness().toMillis())
        .setMinRevision(
            switch (freshness.mode()) {
              case LINEARIZABLE, BOUNDED -> Math.max(freshness.minRevision(), seen);
              case LOCAL -> freshness.minRevision();
            })
        .build();
  }

  static GetManifestRequest manifestRequest(
      ReadOptions options, RepositoryName repository, Reference reference, boolean withContent) {
    GetManifestRequest.Builder request =
        GetManifestRequest.newBuilder()
            .setRead(options)
            .setRepository(repository.value())
            .setWithContent(withContent);
    return switch (reference) {
      case Reference.ByTag byTag -> request.setTag(byTag.tag().toString()).build();
      case Reference.ByDigest byDigest -> request.setDigest(byDigest.digest().toString()).build();
    };
  }

  static ManifestEntry manifest(GetManifestReply reply, boolean withContent) {
    return new ManifestEntry(
        reply.getRevision(),
        Digest.parse(reply.getDigest()),
        reply.getMediaType(),
        reply.getSize(),
        withContent ? Optional.of(reply.getContent().toByteArray()) : Optional.empty());
  }

  static BlobEntry blob(GetBlobReply reply) {
    return new BlobEntry(
        reply.getRevision(),
        reply.getSize(),
        reply.getPlacementsList().stream()
            .collect(
                Collectors.toMap(
                    placement -> RegionId.parse(placement.getRegion()), Placement::getObjectKey)),
        reply.getRenewalDue(),
        regions(reply.getOnlyList()));
  }

  static CopyQueries.PlacementPolicy policy(GetPolicyReply reply) {
    return new CopyQueries.PlacementPolicy(
        reply.getRevision(),
        regions(reply.getPolicy().getEagerList()),
        regions(reply.getPolicy().getOnlyList()),
        reply.getPolicy().getMinCopies());
  }

  private static Set<RegionId> regions(List<String> names) {
    return names.stream().map(RegionId::parse).collect(Collectors.toUnmodifiableSet());
  }

  static CopyQueries.BlobCopies copies(GetPlacementsReply reply) {
    Map<RegionId, String> placements = new HashMap<>();
    Map<RegionId, Long> verified = new HashMap<>();
    for (Placement placement : reply.getPlacementsList()) {
      RegionId region = RegionId.parse(placement.getRegion());
      placements.put(region, placement.getObjectKey());
      verified.put(region, placement.getVerifiedMs());
    }
    return new CopyQueries.BlobCopies(reply.getRevision(), reply.getSize(), placements, verified);
  }

  static ListMissingRequest missing(RegionId region, CopyQueries.MissingFrom from, int limit) {
    ListMissingRequest.Builder request =
        ListMissingRequest.newBuilder().setRegion(region.value()).setLimit(limit);
    return switch (from) {
      case CopyQueries.MissingFrom.First() -> request.build();
      case CopyQueries.MissingFrom.After(ByteString key) -> request.setAfter(key).build();
      case CopyQueries.MissingFrom.Newest() -> request.setNewest(true).build();
    };
  }

  static CopyQueries.MissingPage missing(ListMissingReply reply) {
    return new CopyQueries.MissingPage(
        reply.getBlobsList().stream().map(QueryMessages::missing).toList(),
        reply.getCursor().isEmpty()
            ? Optional.empty()
            : Optional.of(new CopyQueries.MissingFrom.After(reply.getCursor())),
        reply.getPaused());
  }

  private static CopyQueries.MissingBlob missing(MissingBlob blob) {
    return new CopyQueries.MissingBlob(
        Digest.parse(blob.getDigest()),
        blob.getSize(),
        blob.getBackfill(),
        blob.getPlacementsList().stream()
            .map(placement -> RegionId.parse(placement.getRegion()))
            .toList());
  }

  static CopyQueries.StoredCopy copy(StoredCopy copy) {
    return new CopyQueries.StoredCopy(
        copy.getObjectKey(), Digest.parse(copy.getDigest()), copy.getSize(), copy.getVerifiedMs());
  }

  static Page<TagName> tags(ListTagsReply reply) {
    return new Page<>(
        reply.getRevision(),
        reply.getTagsList().stream().map(TagName::parse).toList(),
        reply.getMore());
  }

  static Page<Descriptor> referrers(ListReferrersReply reply) {
    return new Page<>(
        reply.getRevision(),
        reply.getReferrersList().stream().map(QueryMessages::referrer).toList(),
        reply.getMore());
  }

  /**
   * The view of a cluster.
   *
   * @param ignored is told of what a region says of itself and that makes no sense
   */
  static Membership membership(ClusterView view, Consumer<String> ignored) {
    Map<RegionId, URI> publicUrls = new HashMap<>();
    for (RegionInfo info : view.getRegionsList()) {
      if (!info.getPublicUrl().isEmpty()) {
        publicUrl(info.getPublicUrl())
            .ifPresentOrElse(
                url -> publicUrls.put(RegionId.parse(info.getRegion()), url),
                () ->
                    ignored.accept(
                        "region "
                            + info.getRegion()
                            + " says that clients reach it at \""
                            + info.getPublicUrl()
                            + "\": expected http:// or https:// and a host"));
      }
    }
    return new Membership(
        view.getClusterId(),
        view.getClusterTimeMs(),
        view.getNodesList().stream()
            .map(node ->
                new Membership.Member(
                    node.getNodeId(),
                    RegionId.parse(node.getRegion()),
                    node.getInternalAddress(),
                    node.getDrained()))
            .toList(),
        view.getUploadKeysList().stream().map(key -> key.toByteArray()).toList(),
        regions(view.getDrainedRegionsList()),
        publicUrls,
        view.getSigningKeysList().stream()
            .map(key ->
                new Membership.SigningKey(
                    key.getId(),
                    key.getPrivateKey().toByteArray(),
                    key.getPublicKey().toByteArray(),
                    key.getActiveFromMs()))
            .toList());
  }

  private static Optional<URI> publicUrl(String text) {
    try {
      URI url = new URI(text);
      boolean usable =
          url.getHost() != null
              && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()));
      return usable ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  static NodeReport report(Membership.Member node, Membership.Report report) {
    NodeReport.Builder message =
        NodeReport.newBuilder()
            .setNodeId(node.nodeId())
            .setRegion(node.region().value())
            .setInternalAddress(node.internalAddress())
            .setPublicUrl(report.publicUrl().map(URI::toString).orElse(""))
            .setReplication(
                ReplicationReport.newBuilder()
                    .setCopiedBlobs(report.copying().blobs())
                    .setCopiedBytes(report.copying().bytes())
                    .setErrors(report.copying().errors())
                    .setBytesPerSecond(report.copying().bytesPerSecond()));
    new TreeMap<>(report.distances())
        .forEach((region, roundTrip) ->
            message.addDistances(
                RegionDistance.newBuilder()
                    .setRegion(region.value())
                    .setRoundTripMicros(roundTrip.toNanos() / 1000)));
    report
        .place()
        .ifPresent(place ->
            message.setPlace(
                RegionPlace.newBuilder()
                    .setLatitude(place.latitude())
                    .setLongitude(place.longitude())));
    return message.build();
  }

  private static Descriptor referrer(Referrer referrer) {
    return new Descriptor(
        referrer.getMediaType(),
        Digest.parse(referrer.getDigest()),
        referrer.getSize(),
        referrer.getArtifactType(),
        referrer.getAnnotationsMap());
  }
}
