package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.flag;
import static dev.meridian.controlplane.cli.output.Field.items;
import static dev.meridian.controlplane.cli.output.Field.millis;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.DrainRegionRequest;
import dev.meridian.proto.admin.ListNodesRequest;
import dev.meridian.proto.admin.ListRegionsRequest;
import dev.meridian.proto.admin.Node;
import dev.meridian.proto.admin.Region;
import dev.meridian.proto.admin.RegionServiceGrpc;
import dev.meridian.proto.admin.RemoveRegionRequest;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Regions. */
@Command(name = "region", description = "Regions: list, show, drain, resume, remove.")
final class RegionCommands {

  private static final long MICROS_IN_MILLI = 1_000;

  private final Session session;

  RegionCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "Lists the regions.")
  void list() {
    session.printer().list("regions", regions().stream().map(RegionCommands::describe).toList());
  }

  @Command(name = "show", description = "Describes a region and its nodes.")
  void show(@Parameters(paramLabel = "REGION") RegionId region) {
    Region found =
        regions().stream()
            .filter(each -> each.getRegion().equals(region.value()))
            .findFirst()
            .orElseThrow(() -> AdminException.failed("region " + region + " does not exist"));
    var request = ListNodesRequest.newBuilder().setRegion(region.value()).build();
    List<Node> nodes =
        client()
            .query(
                RegionServiceGrpc::newBlockingV2Stub,
                stub -> stub.listNodes(request).getNodesList());
    session
        .printer()
        .item(
            Item.of(
                text("region", found.getRegion()),
                flag("drained", found.getDrained()),
                text("grpc_address", found.getGrpcAddress()),
                count("node_count", nodes.size()),
                text("public_url", found.getPublicUrl()),
                text("coordinates", coordinates(found)),
                flag("replication_paused", found.getReplicationPaused()),
                items("distances", distances(found)),
                items("nodes", nodes.stream().map(NodeCommands::describe).toList())));
  }

  @Command(
      name = "drain",
      description = "Lets a region's nodes tell load balancers to send clients elsewhere.")
  void drain(@Parameters(paramLabel = "REGION") RegionId region) {
    setDrained(region, true);
  }

  @Command(name = "resume", description = "Ends a drain.")
  void resume(@Parameters(paramLabel = "REGION") RegionId region) {
    setDrained(region, false);
  }

  private void setDrained(RegionId region, boolean drained) {
    var request = DrainRegionRequest.newBuilder().setRegion(region.value()).setDrained(drained);
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                RegionServiceGrpc::newBlockingV2Stub,
                "run it again, that is safe",
                (stub, id) -> stub.drainRegion(request.setCommandId(id).build()).getRevision());
    session
        .printer()
        .done(
            "region " + region + (drained ? " is drained" : " takes clients again"),
            Item.of(
                text("region", region.value()),
                flag("drained", drained),
                count("revision", revision)));
  }

  @Command(
      name = "remove",
      description =
          "Forgets a region that has neither a metadata server nor nodes any more, and what is"
              + " stored there.")
  void remove(
      @Parameters(paramLabel = "REGION") RegionId region,
      @Option(
              names = "--force",
              description = "Also when blobs are stored there only, which are then lost.")
          boolean force,
      @Option(names = "--yes", description = "Do not ask.") boolean yes) {
    session.confirm(
        yes,
        "Forget region "
            + region
            + (force
                ? ", also blobs that are stored nowhere else?"
                : " and what is stored there?"));
    var request = RemoveRegionRequest.newBuilder().setRegion(region.value()).setForce(force);
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                RegionServiceGrpc::newBlockingV2Stub,
                "see `meridianctl region list`",
                (stub, id) -> stub.removeRegion(request.setCommandId(id).build()).getRevision());
    session
        .printer()
        .done(
            "region " + region + " removed",
            Item.of(text("region", region.value()), count("revision", revision)));
  }

  private List<Region> regions() {
    var request = ListRegionsRequest.getDefaultInstance();
    return client()
        .query(
            RegionServiceGrpc::newBlockingV2Stub,
            stub -> stub.listRegions(request).getRegionsList());
  }

  private AdminClient client() {
    return session.client(Session.QUERY);
  }

  private static Item describe(Region region) {
    return Item.of(
        text("region", region.getRegion()),
        flag("drained", region.getDrained()),
        text("grpc_address", region.getGrpcAddress()),
        count("node_count", region.getNodes()),
        text("public_url", region.getPublicUrl()),
        text("coordinates", coordinates(region)),
        items("distances", distances(region)),
        flag("replication_paused", region.getReplicationPaused()));
  }

  /** As they are written in settings. */
  private static String coordinates(Region region) {
    return region.hasCoordinates()
        ? region.getCoordinates().getLatitude() + "," + region.getCoordinates().getLongitude()
        : "";
  }

  private static List<Item> distances(Region region) {
    return region.getDistancesList().stream()
        .map(distance ->
            Item.of(
                text("region", distance.getRegion()),
                millis(
                    "round_trip_ms", Math.ceilDiv(distance.getRoundTripMicros(), MICROS_IN_MILLI))))
        .toList();
  }
}
