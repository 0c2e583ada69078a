package dev.meridian.controlplane.prepare;

import com.google.protobuf.ByteString;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.AnnounceRegion;
import dev.meridian.proto.log.Bootstrap;
import dev.meridian.proto.log.Collect;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.ExpiredLink;
import dev.meridian.proto.log.FoundAdministrator;
import dev.meridian.proto.log.JoinNode;
import dev.meridian.proto.log.LeaveNode;
import dev.meridian.proto.log.NoteUse;
import dev.meridian.proto.log.Origin;
import dev.meridian.proto.log.PurgeRegion;
import dev.meridian.proto.log.PurgeRepository;
import dev.meridian.proto.log.ReviewLinks;
import dev.meridian.proto.log.Tick;
import dev.meridian.proto.log.WarnOfExpiry;
import java.time.Duration;
import java.util.List;

/** Commands that metadata servers propose on their own, each under a fresh id. */
public final class SystemCommands {

  private final CommandEnvelope envelope;
  private final String principal;
  private final RegionId region;

  /** The principal is {@code system:<region>}. */
  public SystemCommands(RegionId region, CommandEnvelope envelope) {
    this.envelope = envelope;
    this.principal = "system:" + region;
    this.region = region;
  }

  /** Gives the cluster its id, name and first key for upload tokens. */
  public Command bootstrap(String clusterId, String clusterName, byte[] uploadKey) {
    return seal(
        Command.newBuilder()
            .setBootstrap(
                Bootstrap.newBuilder()
                    .setClusterId(clusterId)
                    .setClusterName(clusterName)
                    .setUploadKey(ByteString.copyFrom(uploadKey))));
  }

  /** Advances cluster time. */
  public Command tick(Duration elapsed) {
    return seal(Command.newBuilder().setTick(Tick.newBuilder().setElapsedMs(elapsed.toMillis())));
  }

  /**
   * A node is there, and the server of this region holds its session.
   *
   * @param internalAddress host:port of its internal listener
   * @param publicUrl where clients reach the nodes of its region, or empty
   */
  public Command joinNode(
      String nodeId, RegionId nodeRegion, String internalAddress, String publicUrl) {
    return seal(
        Command.newBuilder()
            .setJoinNode(
                JoinNode.newBuilder()
                    .setNodeId(nodeId)
                    .setRegion(nodeRegion.value())
                    .setInternalAddress(internalAddress)
                    .setServer(region.value())
                    .setPublicUrl(publicUrl)));
  }

  /** A node is gone. */
  public Command leaveNode(String nodeId) {
    return seal(Command.newBuilder().setLeaveNode(LeaveNode.newBuilder().setNodeId(nodeId)));
  }

  /** The metadata server of this region is reached at host:port. */
  public Command announceRegion(String grpcAddress) {
    return seal(
        Command.newBuilder()
            .setAnnounceRegion(
                AnnounceRegion.newBuilder().setRegion(region.value()).setGrpcAddress(grpcAddress)));
  }

  /** Drops links that expired. */
  public Command collect(List<ExpiredLink> links) {
    return seal(Command.newBuilder().setCollect(Collect.newBuilder().addAllLinks(links)));
  }

  /** Clears rows of a deleted repository. */
  public Command purgeRepository(long id) {
    return seal(
        Command.newBuilder().setPurgeRepository(PurgeRepository.newBuilder().setRepositoryId(id)));
  }

  /** Forgets objects of a removed region. */
  public Command purgeRegion(RegionId removed) {
    return seal(
        Command.newBuilder().setPurgeRegion(PurgeRegion.newBuilder().setRegion(removed.value())));
  }

  /** Brings links to the policies as they are now. */
  public Command reviewLinks() {
    return seal(
        Command.newBuilder()
            .setReviewLinks(ReviewLinks.newBuilder().setExtent(ReviewLinks.Extent.ENOUGH)));
  }

  /** Tokens are signed with a new key from this cluster time on. */
  public Command addSigningKey(long activeFromMillis) {
    return seal(audited().setAddSigningKey(NewSigningKey.activeFrom(activeFromMillis)));
  }

  /** The first user, who may everything; nothing when there is one. */
  public Command foundAdministrator(String name, String passwordHash) {
    return seal(
        audited()
            .setFoundAdministrator(
                FoundAdministrator.newBuilder().setName(name).setPasswordHash(passwordHash)));
  }

  /** A robot expires soon. */
  public Command warnOfExpiry(String robot) {
    return seal(audited().setWarnOfExpiry(WarnOfExpiry.newBuilder().setName(robot)));
  }

  /** An account has logged in. */
  public Command noteUse(String account) {
    return seal(Command.newBuilder().setNoteUse(NoteUse.newBuilder().setName(account)));
  }

  private Command.Builder audited() {
    return Command.newBuilder().setOrigin(Origin.newBuilder().setRegion(region.value()));
  }

  private Command seal(Command.Builder operation) {
    return envelope.seal(operation, CommandEnvelope.freshId(), principal);
  }
}
