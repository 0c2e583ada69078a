package dev.meridian.controlplane.query;

import dev.meridian.model.RegionId;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.PlacementRecord;
import java.util.Map;
import java.util.TreeMap;

/**
 * A copy of a blob in a region's storage.
 *
 * @param verifiedMillis cluster time at which the bytes were last verified against the digest
 */
public record Copy(String objectKey, long verifiedMillis) {

  static Copy of(PlacementRecord placement) {
    return new Copy(placement.getObjectKey(), placement.getVerifiedMs());
  }

  /** All copies of a blob, by region. */
  static Map<RegionId, Copy> of(BlobRecord blob) {
    Map<RegionId, Copy> copies = new TreeMap<>();
    blob.getPlacementsMap()
        .forEach((region, placement) -> copies.put(RegionId.parse(region), of(placement)));
    return copies;
  }
}
