package dev.meridian.controlplane.rpc.admin;

import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.Coordinates;
import dev.meridian.proto.admin.Distance;
import dev.meridian.proto.metadata.NodeReport;
import dev.meridian.proto.metadata.RegionDistance;
import dev.meridian.proto.metadata.ReplicationReport;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the reports of nodes say of their regions. */
final class RegionFigures {

  private final List<NodeReport> reports;

  RegionFigures(List<NodeReport> reports) {
    this.reports = List.copyOf(reports);
  }

  /** The shortest round trip that a node of the region has measured to each other region. */
  List<Distance> distances(RegionId region) {
    return of(region)
        .flatMap(report -> report.getDistancesList().stream())
        .collect(
            Collectors.toMap(
                RegionDistance::getRegion,
                RegionDistance::getRoundTripMicros,
                Math::min,
                TreeMap::new))
        .entrySet()
        .stream()
        .map(distance ->
            Distance.newBuilder()
                .setRegion(distance.getKey())
                .setRoundTripMicros(distance.getValue())
                .build())
        .toList();
  }

  /** Where the region is, as the first of its nodes that is told says. */
  Optional<Coordinates> coordinates(RegionId region) {
    return of(region)
        .filter(NodeReport::hasPlace)
        .min(Comparator.comparing(NodeReport::getNodeId))
        .map(NodeReport::getPlace)
        .map(place ->
            Coordinates.newBuilder()
                .setLatitude(place.getLatitude())
                .setLongitude(place.getLongitude())
                .build());
  }

  /** Bytes that come into the region with each second, over the last half minute. */
  long rateBytes(RegionId region) {
    return sum(region, ReplicationReport::getBytesPerSecond);
  }

  /** Copies that failed since the nodes started. */
  long errors(RegionId region) {
    return sum(region, ReplicationReport::getErrors);
  }

  private long sum(RegionId region, ToLongFunction<ReplicationReport> figure) {
    return of(region).map(NodeReport::getReplication).mapToLong(figure).sum();
  }

  private Stream<NodeReport> of(RegionId region) {
    return reports.stream().filter(report -> report.getRegion().equals(region.value()));
  }
}
