package dev.meridian.controlplane.rpc.admin;

import dev.meridian.controlplane.query.CopyQueries.BlobCopies;
import dev.meridian.controlplane.query.Queries;
import dev.meridian.model.Digest;
import dev.meridian.proto.admin.BlobLocation;
import dev.meridian.proto.admin.RegionCopy;
import java.time.InstantSource;

/** Where blobs are, with times as people know them. */
final class BlobLocations {

  private final long unixTimeOfClusterTime;

  /** What is an hour ago in cluster time is an hour ago. */
  BlobLocations(InstantSource clock, Queries queries) {
    this.unixTimeOfClusterTime = clock.millis() - queries.clusterTimeMillis();
  }

  BlobLocation of(Digest digest, BlobCopies blob) {
    BlobLocation.Builder location =
        BlobLocation.newBuilder().setDigest(digest.toString()).setSize(blob.size());
    blob.copies()
        .forEach((region, copy) ->
            location.addRegions(
                RegionCopy.newBuilder()
                    .setRegion(region.value())
                    .setVerified(
                        AdminReplies.timestamp(unixTimeOfClusterTime + copy.verifiedMillis()))));
    return location.build();
  }
}
