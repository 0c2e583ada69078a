package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.flag;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.DrainNodeRequest;
import dev.meridian.proto.admin.ListNodesRequest;
import dev.meridian.proto.admin.Node;
import dev.meridian.proto.admin.RegionServiceGrpc;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Nodes. */
@Command(name = "node", description = "Nodes: list, drain, resume.")
final class NodeCommands {

  private final Session session;

  NodeCommands(Session session) {
    this.session = session;
  }

  @Command(name = "list", description = "Lists the nodes that are joined to the cluster.")
  void list(
      @Option(names = "--region", paramLabel = "REGION", description = "Only this region's.")
          Optional<RegionId> region) {
    var request =
        ListNodesRequest.newBuilder().setRegion(region.map(RegionId::value).orElse("")).build();
    List<Node> nodes =
        session
            .client(Session.QUERY)
            .query(
                RegionServiceGrpc::newBlockingV2Stub,
                stub -> stub.listNodes(request).getNodesList());
    session.printer().list("nodes", nodes.stream().map(NodeCommands::describe).toList());
  }

  @Command(
      name = "drain",
      description = "Lets a node finish what it has and take no new work; it is not ready.")
  void drain(
      @Parameters(paramLabel = "NODE", description = "Its id, as `node list` has it.")
          String node) {
    setDrained(node, true);
  }

  @Command(name = "resume", description = "Ends a drain.")
  void resume(
      @Parameters(paramLabel = "NODE", description = "Its id, as `node list` has it.")
          String node) {
    setDrained(node, false);
  }

  private void setDrained(String node, boolean drained) {
    var request = DrainNodeRequest.newBuilder().setNodeId(node).setDrained(drained);
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                RegionServiceGrpc::newBlockingV2Stub,
                "run it again, that is safe",
                (stub, id) -> stub.drainNode(request.setCommandId(id).build()).getRevision());
    session
        .printer()
        .done(
            "node " + node + (drained ? " is drained" : " takes work again"),
            Item.of(text("node_id", node), flag("drained", drained), count("revision", revision)));
  }

  static Item describe(Node node) {
    return Item.of(
        text("node_id", node.getNodeId()),
        text("region", node.getRegion()),
        text("internal_address", node.getInternalAddress()),
        flag("drained", node.getDrained()));
  }
}
