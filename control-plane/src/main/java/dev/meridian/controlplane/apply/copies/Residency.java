package dev.meridian.controlplane.apply.copies;

import dev.meridian.model.RegionId;
import dev.meridian.proto.store.BlobRecord;
import dev.meridian.proto.store.BlobRecordOrBuilder;
import java.util.List;
import java.util.Set;

/**
 * Where a blob may be: in the regions that any of its links allows. A link without limits allows
 * all of them.
 */
final class Residency {

  private Residency() {}

  /** A link more, or less. */
  static void count(BlobRecord.Builder blob, List<String> only, int sign) {
    if (only.isEmpty()) {
      return;
    }
    blob.setConfined(blob.getConfined() + sign);
    for (String region : only) {
      long links = blob.getAllowedOrDefault(region, 0) + sign;
      if (links == 0) {
        blob.removeAllowed(region);
      } else {
        blob.putAllowed(region, links);
      }
    }
  }

  /** Whether no link allows a copy there. */
  static boolean forbids(BlobRecordOrBuilder blob, String region) {
    return blob.getConfined() > 0
        && blob.getConfined() == blob.getLinks()
        && !blob.containsAllowed(region);
  }

  /** Regions that hold a copy and may not, in order. */
  static List<String> misplaced(BlobRecordOrBuilder blob) {
    return blob.getPlacementsMap().keySet().stream()
        .filter(region -> forbids(blob, region))
        .sorted()
        .toList();
  }

  /**
   * Whether it is nowhere where it may be, though it is somewhere: then each region that may hold
   * it should, until one does.
   */
  static boolean lacksRefuge(BlobRecordOrBuilder blob, Set<RegionId> removed) {
    return blob.getConfined() > 0
        && blob.getPlacementsCount() > 0
        && placed(blob, removed).isEmpty();
  }

  /** Regions that hold a copy, may, and are not removed, in order. */
  static List<String> placed(BlobRecordOrBuilder blob, Set<RegionId> removed) {
    return blob.getPlacementsMap().keySet().stream()
        .filter(region -> !forbids(blob, region) && !removed.contains(RegionId.parse(region)))
        .sorted()
        .toList();
  }
}
