package dev.meridian.controlplane;

import dev.meridian.model.RegionId;
import java.util.Optional;

/**
 * What a metadata server knows of itself.
 *
 * @param ready the store is open and the services answer
 * @param leader region of the leader, empty while none is known
 * @param revision the newest that is applied here
 * @param lagEntries committed log entries that are not applied here yet
 * @param quorum a majority answered within the last 15 s
 */
public record ControlPlaneStatus(
    boolean ready,
    Optional<RegionId> leader,
    long term,
    long revision,
    long lagEntries,
    boolean quorum) {}
