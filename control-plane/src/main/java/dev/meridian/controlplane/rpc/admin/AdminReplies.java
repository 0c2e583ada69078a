package dev.meridian.controlplane.rpc.admin;

import com.google.protobuf.Timestamp;
import dev.meridian.controlplane.query.OperatorQueries.RegionFound;
import dev.meridian.controlplane.query.OperatorQueries.RepositoryFound;
import dev.meridian.controlplane.query.OperatorQueries.TagFound;
import dev.meridian.controlplane.query.Queries.NodeFound;
import dev.meridian.controlplane.query.ReplicationQueries.PolicyFound;
import dev.meridian.proto.admin.Node;
import dev.meridian.proto.admin.Policy;
import dev.meridian.proto.admin.Region;
import dev.meridian.proto.admin.Repository;
import dev.meridian.proto.admin.Tag;
import dev.meridian.proto.admin.TagChange;
import java.time.Instant;

/** What queries of operators found, as it travels. */
final class AdminReplies {
  private AdminReplies() {}

  static Repository repository(RepositoryFound found) {
    return Repository.newBuilder()
        .setRepository(found.name().value())
        .setCreated(timestamp(found.createdMillis()))
        .setCreatedBy(found.createdBy())
        .setTags(found.tags())
        .setManifests(found.manifests())
        .build();
  }

  static Tag tag(TagFound found) {
    return Tag.newBuilder()
        .setTag(found.tag().value())
        .setDigest(found.digest().toString())
        .setMediaType(found.mediaType())
        .setRevision(found.revision())
        .setTime(timestamp(found.timeMillis()))
        .setBy(found.by())
        .build();
  }

  static TagChange change(dev.meridian.controlplane.query.OperatorQueries.TagChange found) {
    return TagChange.newBuilder()
        .setRevision(found.revision())
        .setAction(found.deleted() ? "deleted" : "set")
        .setDigest(found.digest().toString())
        .setTime(timestamp(found.timeMillis()))
        .setBy(found.by())
        .build();
  }

  static Region region(RegionFound found, RegionFigures figures) {
    Region.Builder region = Region.newBuilder();
    figures.coordinates(found.region()).ifPresent(region::setCoordinates);
    return region
        .setRegion(found.region().value())
        .setDrained(found.drained())
        .setGrpcAddress(found.grpcAddress())
        .setNodes(found.nodes())
        .setPublicUrl(found.publicUrl())
        .setReplicationPaused(found.paused())
        .addAllDistances(figures.distances(found.region()))
        .build();
  }

  static Node node(NodeFound found) {
    return Node.newBuilder()
        .setNodeId(found.nodeId())
        .setRegion(found.region().value())
        .setInternalAddress(found.internalAddress())
        .setDrained(found.drained())
        .build();
  }

  static Policy policy(PolicyFound found) {
    return Policy.newBuilder()
        .setPrefix(found.prefix())
        .addAllRegions(found.regions())
        .setEager(found.eager())
        .addAllOnly(found.only())
        .setMinCopies(found.minCopies())
        .build();
  }

  /** Unix time. */
  static Timestamp timestamp(long millis) {
    Instant time = Instant.ofEpochMilli(millis);
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
