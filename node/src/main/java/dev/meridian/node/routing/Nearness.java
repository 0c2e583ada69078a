package dev.meridian.node.routing;

import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Which regions are near to a client. The region in which it is comes first; the others are
 * compared by kilometres, where the client and this node's region have coordinates, else by round
 * trips from the client's region. One at no known distance is not near.
 */
public final class Nearness {

  private final RegionId own;
  private final Map<RegionId, Coordinates> coordinates;
  private final Function<RegionId, Map<RegionId, Duration>> roundTrips;

  /**
   * @param own region of this node
   * @param coordinates of regions, as far as they are known
   * @param roundTrips from a region to others, as far as they are known
   */
  public Nearness(
      RegionId own,
      Map<RegionId, Coordinates> coordinates,
      Function<RegionId, Map<RegionId, Duration>> roundTrips) {
    this.own = own;
    this.coordinates = Map.copyOf(coordinates);
    this.roundTrips = roundTrips;
  }

  /** The nearest of these regions; empty when it is not known. */
  public Optional<RegionId> nearest(ClientPlace client, Collection<RegionId> regions) {
    return nearest(client, regions, distanceFrom(client));
  }

  /** The same if it is nearer to the client than this node's own region; empty: it is not. */
  public Optional<RegionId> nearerThanOwn(ClientPlace client, Collection<RegionId> regions) {
    if (client.region().equals(own)) {
      return Optional.empty();
    }
    ToDoubleFunction<RegionId> distance = distanceFrom(client);
    double here = distance.applyAsDouble(own);
    return nearest(client, regions, distance)
        .filter(region -> region.equals(client.region()) || distance.applyAsDouble(region) < here);
  }

  private static Optional<RegionId> nearest(
      ClientPlace client, Collection<RegionId> regions, ToDoubleFunction<RegionId> distance) {
    return regions.contains(client.region())
        ? Optional.of(client.region())
        : regions.stream()
            .filter(region -> !Double.isNaN(distance.applyAsDouble(region)))
            .min(Comparator.comparingDouble(distance).thenComparing(Comparator.naturalOrder()));
  }

  /** NaN where it is not known: that is less than no other, and no other is less. */
  private ToDoubleFunction<RegionId> distanceFrom(ClientPlace client) {
    if (client.coordinates().isPresent() && coordinates.containsKey(own)) {
      Coordinates there = client.coordinates().get();
      return region ->
          Optional.ofNullable(coordinates.get(region)).map(there::kilometresTo).orElse(Double.NaN);
    }
    Map<RegionId, Duration> known = roundTrips.apply(client.region());
    // Whole milliseconds: a redirect is not worth less.
    return region ->
        Optional.ofNullable(known.get(region))
            .map(roundTrip -> (double) roundTrip.toMillis())
            .orElse(Double.NaN);
  }
}
