package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import java.util.Optional;

/**
 * Where a client is.
 *
 * @param region in which it is, or to which it is nearest; it need not be one of the cluster
 * @param coordinates its own, else those of the region; empty when neither are known
 */
public record ClientPlace(RegionId region, Optional<Coordinates> coordinates) {}
