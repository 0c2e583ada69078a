package dev.meridian.controlplane.prepare;

import static dev.meridian.controlplane.prepare.RequestFields.digest;
import static dev.meridian.controlplane.prepare.RequestFields.nodeId;
import static dev.meridian.controlplane.prepare.RequestFields.prefix;
import static dev.meridian.controlplane.prepare.RequestFields.region;
import static dev.meridian.controlplane.prepare.RequestFields.regions;
import static dev.meridian.controlplane.prepare.RequestFields.repository;
import static dev.meridian.controlplane.prepare.RequestFields.tag;

import dev.meridian.proto.admin.CreateRepositoryRequest;
import dev.meridian.proto.admin.DeletePolicyRequest;
import dev.meridian.proto.admin.DeleteRepositoryRequest;
import dev.meridian.proto.admin.DeleteTagRequest;
import dev.meridian.proto.admin.DrainNodeRequest;
import dev.meridian.proto.admin.DrainRegionRequest;
import dev.meridian.proto.admin.PauseReplicationRequest;
import dev.meridian.proto.admin.Policy;
import dev.meridian.proto.admin.RemoveRegionRequest;
import dev.meridian.proto.admin.RestoreTagRequest;
import dev.meridian.proto.admin.SetPolicyRequest;
import dev.meridian.proto.admin.SetTagsRequest;
import dev.meridian.proto.admin.TagExpectation;
import dev.meridian.proto.log.CreateRepository;
import dev.meridian.proto.log.DeletePolicy;
import dev.meridian.proto.log.DeleteRepository;
import dev.meridian.proto.log.DeleteTag;
import dev.meridian.proto.log.DigestSet;
import dev.meridian.proto.log.DrainNode;
import dev.meridian.proto.log.DrainRegion;
import dev.meridian.proto.log.NoteEvent;
import dev.meridian.proto.log.PauseReplication;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.RemoveRegion;
import dev.meridian.proto.log.RestoreTag;
import dev.meridian.proto.log.SetPolicy;
import dev.meridian.proto.log.SetTags;
import dev.meridian.proto.log.TagCondition;
import dev.meridian.proto.log.TagMove;
import java.util.HashSet;
import java.util.Set;

/**
 * Turns requests of operators into commands: checks what a request shows by itself and fills in
 * what is not deterministic. What it lets pass apply can read. May be called by any thread.
 */
public final class AdminPreparer {

  /** The most tags that one request moves; apply has the same bound. */
  static final int MAX_MOVES = 100;

  private final OperatorEnvelope envelope;

  public AdminPreparer(OperatorEnvelope envelope) {
    this.envelope = envelope;
  }

  public PreparedCommand prepare(CreateRepositoryRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setCreateRepository(
                CreateRepository.newBuilder().setRepository(repository(request.getRepository()))));
  }

  public PreparedCommand prepare(DeleteRepositoryRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDeleteRepository(
                DeleteRepository.newBuilder().setRepository(repository(request.getRepository()))));
  }

  public PreparedCommand prepare(SetTagsRequest request) {
    return envelope.prepare(request.getCommandId(), command -> command.setSetTags(moves(request)));
  }

  public PreparedCommand prepare(DeleteTagRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDeleteTag(
                DeleteTag.newBuilder()
                    .setRepository(repository(request.getRepository()))
                    .setTag(tag(request.getTag()))
                    .setCondition(condition(request.getExpected()))));
  }

  public PreparedCommand prepare(RestoreTagRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setRestoreTag(
                RestoreTag.newBuilder()
                    .setRepository(repository(request.getRepository()))
                    .setTag(tag(request.getTag()))
                    .setRevision(request.getRevision())
                    .setCondition(condition(request.getExpected()))));
  }

  public PreparedCommand prepare(DrainRegionRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDrainRegion(
                DrainRegion.newBuilder()
                    .setRegion(region(request.getRegion()))
                    .setDrained(request.getDrained())));
  }

  public PreparedCommand prepare(RemoveRegionRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setRemoveRegion(
                RemoveRegion.newBuilder()
                    .setRegion(region(request.getRegion()))
                    .setKeepsPolicies(true)));
  }

  public PreparedCommand prepare(DrainNodeRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDrainNode(
                DrainNode.newBuilder()
                    .setNodeId(nodeId(request.getNodeId()))
                    .setDrained(request.getDrained())));
  }

  public PreparedCommand prepare(SetPolicyRequest request) {
    return envelope.prepare(
        request.getCommandId(), command -> command.setSetPolicy(policy(request.getPolicy())));
  }

  public PreparedCommand prepare(DeletePolicyRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setDeletePolicy(
                DeletePolicy.newBuilder().setPrefix(prefix(request.getPrefix()))));
  }

  public PreparedCommand prepare(PauseReplicationRequest request) {
    return envelope.prepare(
        request.getCommandId(),
        command ->
            command.setPauseReplication(
                PauseReplication.newBuilder()
                    .setRegion(region(request.getRegion()))
                    .setPaused(request.getPaused())));
  }

  /**
   * The caller of the present call does something to servers that no other command tells of.
   *
   * @param action such as {@code backup.create}
   */
  public PreparedCommand note(String action, String target, String detail) {
    return envelope.prepare(
        CommandEnvelope.freshId(),
        command ->
            command.setNoteEvent(
                NoteEvent.newBuilder().setAction(action).setTarget(target).setDetail(detail)));
  }

  private static SetPolicy policy(Policy policy) throws RefusedException {
    return SetPolicy.newBuilder()
        .setPrefix(prefix(policy.getPrefix()))
        .addAllRegions(regions(policy.getRegionsList()))
        .setEager(policy.getEager())
        .addAllOnly(regions(policy.getOnlyList()))
        .setMinCopies(policy.getMinCopies())
        .build();
  }

  /** Each tag once: in one step it comes to name one manifest. */
  private static SetTags moves(SetTagsRequest request) throws RefusedException {
    if (request.getMovesCount() < 1 || request.getMovesCount() > MAX_MOVES) {
      throw new RefusedException(
          RejectionCode.TOO_LARGE,
          "the request moves " + request.getMovesCount() + " tags: expected 1 to " + MAX_MOVES);
    }
    SetTags.Builder moves = SetTags.newBuilder();
    Set<String> seen = new HashSet<>();
    for (dev.meridian.proto.admin.TagMove move : request.getMovesList()) {
      moves.addMoves(move(move));
      if (!seen.add(move.getRepository() + ":" + move.getTag())) {
        throw new RefusedException(
            RejectionCode.TAG_INVALID,
            "the request moves tag "
                + move.getTag()
                + " of repository "
                + move.getRepository()
                + " twice");
      }
    }
    return moves.build();
  }

  private static TagMove move(dev.meridian.proto.admin.TagMove move) throws RefusedException {
    return TagMove.newBuilder()
        .setRepository(repository(move.getRepository()))
        .setTag(tag(move.getTag()))
        .setDigest(digest(move.getDigest()))
        .setCondition(condition(move.getExpected()))
        .build();
  }

  private static TagCondition condition(TagExpectation expected) throws RefusedException {
    TagCondition.Builder condition = TagCondition.newBuilder();
    return switch (expected.getExpectationCase()) {
      case ABSENT -> condition.setAbsent(true).build();
      case DIGEST ->
          condition
              .setCurrent(DigestSet.newBuilder().addDigests(digest(expected.getDigest())))
              .build();
      case EXPECTATION_NOT_SET -> condition.build();
    };
  }
}
