package dev.meridian.node.fetch;

import dev.meridian.model.ByteRange;
import dev.meridian.model.RegionId;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.routing.PeerNode;
import dev.meridian.node.routing.RegionMap;
import dev.meridian.node.routing.ReplicaSelector;
import java.util.Collection;
import java.util.List;

/** The nodes of the regions that hold a blob, and what is known of how well they serve. */
public final class Holders {

  private final RegionMap regions;
  private final ReplicaSelector selector;
  private final PeerClient peers;

  public Holders(RegionMap regions, ReplicaSelector selector, PeerClient peers) {
    this.regions = regions;
    this.selector = selector;
    this.peers = peers;
  }

  /**
   * Opens a range of a blob at the first holder that answers; others go on where it breaks off.
   *
   * @throws NoHolderException when none answers
   */
  HolderStream open(ColdBlob blob, ByteRange range) {
    List<PeerNode> candidates =
        selector.order(blob.holders()).stream()
            .filter(region -> !region.equals(regions.own()))
            .flatMap(region -> regions.shuffledNodesIn(region).stream())
            .toList();
    return HolderStream.open(this, peers, blob, range, candidates);
  }

  /** These regions gave wrong bytes, or none. */
  void failed(Collection<RegionId> failing) {
    failing.forEach(selector::failed);
  }

  void answered(RegionId region) {
    selector.answered(region);
  }
}
