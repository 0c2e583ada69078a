package dev.meridian.controlplane.query;

import dev.meridian.controlplane.apply.copies.Blobs;
import dev.meridian.controlplane.apply.copies.KnownRegions;
import dev.meridian.controlplane.store.Keys.ReferenceKey;
import dev.meridian.controlplane.store.ReadView;
import dev.meridian.controlplane.store.Row;
import dev.meridian.controlplane.store.Tables;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.proto.store.BlobRecord;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What nobody could get any more if one region were gone: other regions give only copies that they
 * may hold, by their nodes, and those of a region that is being removed are given up.
 */
final class RegionLoss {

  /** So many references of a blob are looked at for one that an operator knows. */
  private static final int LOOKED_AT = 10;

  private final ReadView view;
  private final RegionId lost;
  private final Set<RegionId> serving;

  RegionLoss(ReadView view, RegionId lost) {
    this.view = view;
    this.lost = lost;
    Set<RegionId> removed = KnownRegions.of(view).removed();
    this.serving =
        view.scan(Tables.NODES, Tables.NODES.all(), Integer.MAX_VALUE).stream()
            .map(node -> RegionId.parse(node.value().getRegion()))
            .filter(region -> !region.equals(lost) && !removed.contains(region))
            .collect(Collectors.toSet());
  }

  /** Whether the region holds the blob, and no other that would give it does. */
  boolean takes(BlobRecord blob) {
    return blob.containsPlacements(lost.value())
        && serving.stream()
            .noneMatch(
                region -> blob.containsPlacements(region.value()) && !Blobs.forbids(blob, region));
  }

  /** An image that needs the blob, if some repository that is not deleted has one. */
  Optional<String> image(Digest blob) {
    return view.scan(Tables.REFERENCES, ReferenceKey.after(blob, 0), LOOKED_AT).stream()
        .map(Row::key)
        .flatMap(reference ->
            view.get(Tables.REPOSITORY_IDS, reference.repository()).stream()
                .map(name -> name + "@" + reference.manifest()))
        .findFirst();
  }
}
