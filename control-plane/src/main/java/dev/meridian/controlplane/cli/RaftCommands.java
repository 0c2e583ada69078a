package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.flag;
import static dev.meridian.controlplane.cli.output.Field.items;
import static dev.meridian.controlplane.cli.output.Field.millis;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.client.ServerAddress;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.DemoteMemberRequest;
import dev.meridian.proto.admin.GetRaftStatusReply;
import dev.meridian.proto.admin.GetRaftStatusRequest;
import dev.meridian.proto.admin.PromoteMemberRequest;
import dev.meridian.proto.admin.RaftMember;
import dev.meridian.proto.admin.RaftServiceGrpc;
import dev.meridian.proto.admin.RemoveMemberRequest;
import dev.meridian.proto.admin.TakeSnapshotReply;
import dev.meridian.proto.admin.TakeSnapshotRequest;
import dev.meridian.proto.admin.TransferLeaderRequest;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The group of metadata servers. */
@Command(
    name = "raft",
    description =
        "The metadata servers: status, transfer-leader, add, remove, promote, demote, snapshot.")
final class RaftCommands {

  private static final Duration CHANGE = Duration.ofMinutes(1);
  private static final Duration SNAPSHOT = Duration.ofMinutes(5);
  private static final Duration ADDITION = Duration.ofMinutes(30);

  private static final String LOOK = "see `meridianctl raft status`";

  private final Session session;

  RaftCommands(Session session) {
    this.session = session;
  }

  @Command(name = "status", description = "Shows the leader, and how far each member is.")
  void status() {
    GetRaftStatusReply status =
        session
            .client(Session.QUERY)
            .query(
                RaftServiceGrpc::newBlockingV2Stub,
                stub -> stub.getRaftStatus(GetRaftStatusRequest.getDefaultInstance()));
    session
        .printer()
        .item(
            Item.of(
                text("leader", status.getLeader()),
                count("term", status.getTerm()),
                items(
                    "members",
                    status.getMembersList().stream().map(RaftCommands::describe).toList())));
  }

  @Command(
      name = "transfer-leader",
      description = "Makes a region's server lead, such as before work on the one that does.")
  void transferLeader(@Parameters(paramLabel = "REGION") RegionId region) {
    var request = TransferLeaderRequest.newBuilder().setRegion(region.value()).build();
    long term =
        session
            .client(CHANGE)
            .change(
                RaftServiceGrpc::newBlockingV2Stub,
                LOOK,
                stub -> stub.transferLeader(request).getTerm());
    session
        .printer()
        .done(
            region + " leads in term " + term,
            Item.of(text("leader", region.value()), count("term", term)));
  }

  @Command(
      name = "add",
      header = "Adds a server that waits, as a voter or a listener.",
      description =
          "The server was started with an empty data directory. It catches up as a listener, then"
              + " becomes a voter; nothing stops meanwhile. When this was interrupted, run it"
              + " again: it goes on from there. To replace a dead server: raft remove, start an"
              + " empty one, raft add.",
      footer = "  meridianctl raft add 127.0.0.1:5203 --region sa-east")
  void add(
      @Parameters(
              paramLabel = "HOST:PORT",
              description = "The gRPC address of the server that waits.")
          ServerAddress address,
      @Option(
              names = "--listener",
              description = "Let it stay a listener, a replica without a vote.")
          boolean listener,
      @Option(
              names = "--region",
              paramLabel = "REGION",
              description = "Refuse unless the server is of this region.")
          Optional<RegionId> region) {
    MemberAddition addition =
        new MemberAddition(
            session.client(ADDITION),
            session.progress(),
            session.timeout(ADDITION),
            address,
            region);
    MemberAddition.Added added = addition.run(listener);
    session
        .printer()
        .done(
            added.region() + (added.voter() ? " is a voter" : " is a listener"),
            Item.of(text("region", added.region()), flag("voter", added.voter())));
  }

  @Command(
      name = "remove",
      description =
          "Removes a region's server from the group, also a dead one. Refused when the others would"
              + " have no quorum.")
  void remove(
      @Parameters(paramLabel = "REGION") RegionId region,
      @Option(names = "--yes", description = "Do not ask.") boolean yes) {
    session.confirm(
        yes, "Remove the metadata server of " + region + "? It can come back only empty.");
    var request = RemoveMemberRequest.newBuilder().setRegion(region.value()).build();
    session
        .client(CHANGE)
        .change(RaftServiceGrpc::newBlockingV2Stub, LOOK, stub -> stub.removeMember(request));
    session
        .printer()
        .done(region + " is no longer a member", Item.of(text("region", region.value())));
  }

  @Command(name = "promote", description = "Makes a listener that has caught up a voter.")
  void promote(@Parameters(paramLabel = "REGION") RegionId region) {
    var request = PromoteMemberRequest.newBuilder().setRegion(region.value()).build();
    session
        .client(CHANGE)
        .change(RaftServiceGrpc::newBlockingV2Stub, LOOK, stub -> stub.promoteMember(request));
    voter(region, true);
  }

  @Command(name = "demote", description = "Makes a voter a listener, a replica without a vote.")
  void demote(@Parameters(paramLabel = "REGION") RegionId region) {
    var request = DemoteMemberRequest.newBuilder().setRegion(region.value()).build();
    session
        .client(CHANGE)
        .change(RaftServiceGrpc::newBlockingV2Stub, LOOK, stub -> stub.demoteMember(request));
    voter(region, false);
  }

  private void voter(RegionId region, boolean voter) {
    session
        .printer()
        .done(
            region + (voter ? " is a voter" : " is a listener"),
            Item.of(text("region", region.value()), flag("voter", voter)));
  }

  @Command(
      name = "snapshot",
      description = "Lets a server take a snapshot, so that it needs the log before it no more.")
  void snapshot(
      @Parameters(
              paramLabel = "REGION",
              arity = "0..1",
              description = "Whose server; by default the one that is asked.")
          Optional<RegionId> region) {
    var request =
        TakeSnapshotRequest.newBuilder().setRegion(region.map(RegionId::value).orElse("")).build();
    TakeSnapshotReply reply =
        session
            .client(SNAPSHOT)
            .query(RaftServiceGrpc::newBlockingV2Stub, stub -> stub.takeSnapshot(request));
    session
        .printer()
        .done(
            reply.getRegion() + " has a snapshot up to entry " + reply.getIndex(),
            Item.of(text("region", reply.getRegion()), count("index", reply.getIndex())));
  }

  private static Item describe(RaftMember member) {
    return Item.of(
        text("region", member.getRegion()),
        text("role", member.getRole()),
        count("commit", member.getCommit()),
        count("applied", member.getApplied()),
        count("lag_entries", member.getLagEntries()),
        millis("lag_ms", member.getLagMs()),
        millis("last_contact_ms", member.getLastContactMs()),
        count("snapshot", member.getSnapshot()),
        text("address", member.getAddress()),
        flag("reachable", member.getReachable()),
        text("grpc_address", member.getGrpcAddress()).setAside());
  }
}
