package dev.meridian.controlplane.prepare;

import static dev.meridian.controlplane.prepare.RequestFields.digest;
import static dev.meridian.controlplane.prepare.RequestFields.objectKey;
import static dev.meridian.controlplane.prepare.RequestFields.objectKeys;
import static dev.meridian.controlplane.prepare.RequestFields.region;
import static dev.meridian.controlplane.prepare.RequestFields.repository;
import static dev.meridian.controlplane.prepare.RequestFields.size;
import static dev.meridian.controlplane.prepare.RequestFields.tag;

import dev.meridian.proto.log.AddPlacement;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommitBlob;
import dev.meridian.proto.log.ConfirmDeletions;
import dev.meridian.proto.log.CreateRepository;
import dev.meridian.proto.log.DeleteBlob;
import dev.meridian.proto.log.DeleteManifest;
import dev.meridian.proto.log.DeleteTag;
import dev.meridian.proto.log.DoomObjects;
import dev.meridian.proto.log.MountBlob;
import dev.meridian.proto.log.NoteUse;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.RemovePlacement;
import dev.meridian.proto.log.RenewLink;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.PutManifestResult;
import java.util.Optional;

/**
 * Turns requests of nodes into commands: checks what a request shows by itself and fills in what is
 * not deterministic. What it lets pass apply can read.
 */
public final class CommandPreparer {

  private static final int MAX_PRINCIPAL = 1_024;

  private final CommandEnvelope envelope;
  private final ManifestPreparer manifests = new ManifestPreparer();

  public CommandPreparer(CommandEnvelope envelope) {
    this.envelope = envelope;
  }

  /** May be called by any thread. */
  public PreparedCommand prepare(ExecuteRequest request) {
    try {
      checkCaller(request);
      Command.Builder command = operation(request).setAuthorise(request.getAuthorise());
      if (request.hasOrigin()) {
        command.setOrigin(
            AccessFields.origin(request.getOrigin().getRegion(), request.getOrigin().getAddress()));
      }
      return new PreparedCommand.Ready(
          envelope.seal(command, request.getCommandId(), request.getPrincipal(), madeAt(request)),
          command.hasPutManifest() ? Optional.of(result(command)) : Optional.empty());
    } catch (RefusedException e) {
      return new PreparedCommand.Refused(e.toProto());
    }
  }

  /** No later than any attempt was applied, so that the window of command ids covers them all. */
  private static long madeAt(ExecuteRequest request) {
    return request.getSeenRevision() == 0 ? Long.MAX_VALUE : request.getSeenRevision();
  }

  private static void checkCaller(ExecuteRequest request) throws RefusedException {
    RequestFields.commandId(request.getCommandId());
    if (request.getPrincipal().length() > MAX_PRINCIPAL) {
      throw new RefusedException(
          RejectionCode.DENIED, "principal is longer than " + MAX_PRINCIPAL + " characters");
    }
    if (request.getAuthorise() && !request.hasOrigin()) {
      throw new RefusedException(
          RejectionCode.DENIED, "the request is to be authorised, and has no origin: expected one");
    }
  }

  private Command.Builder operation(ExecuteRequest request) throws RefusedException {
    Command.Builder command = Command.newBuilder();
    return switch (request.getOperationCase()) {
      case CREATE_REPOSITORY ->
          command.setCreateRepository(
              CreateRepository.newBuilder()
                  .setRepository(repository(request.getCreateRepository().getRepository())));
      case COMMIT_BLOB -> command.setCommitBlob(commitBlob(request.getCommitBlob()));
      case MOUNT_BLOB -> command.setMountBlob(mountBlob(request.getMountBlob()));
      case PUT_MANIFEST -> command.setPutManifest(manifests.prepare(request.getPutManifest()));
      case DELETE_TAG ->
          command.setDeleteTag(
              DeleteTag.newBuilder()
                  .setRepository(repository(request.getDeleteTag().getRepository()))
                  .setTag(tag(request.getDeleteTag().getTag())));
      case DELETE_MANIFEST ->
          command.setDeleteManifest(
              DeleteManifest.newBuilder()
                  .setRepository(repository(request.getDeleteManifest().getRepository()))
                  .setDigest(digest(request.getDeleteManifest().getDigest())));
      case DELETE_BLOB ->
          command.setDeleteBlob(
              DeleteBlob.newBuilder()
                  .setRepository(repository(request.getDeleteBlob().getRepository()))
                  .setDigest(digest(request.getDeleteBlob().getDigest())));
      case ADD_PLACEMENT -> command.setAddPlacement(addPlacement(request.getAddPlacement()));
      case REMOVE_PLACEMENT ->
          command.setRemovePlacement(
              RemovePlacement.newBuilder()
                  .setDigest(digest(request.getRemovePlacement().getDigest()))
                  .setRegion(region(request.getRemovePlacement().getRegion()))
                  .setObjectKey(objectKey(request.getRemovePlacement().getObjectKey())));
      case RENEW_LINK ->
          command.setRenewLink(
              RenewLink.newBuilder()
                  .setRepository(repository(request.getRenewLink().getRepository()))
                  .setDigest(digest(request.getRenewLink().getDigest())));
      case DOOM_OBJECTS ->
          command.setDoomObjects(
              DoomObjects.newBuilder()
                  .setRegion(region(request.getDoomObjects().getRegion()))
                  .addAllObjectKeys(objectKeys(request.getDoomObjects().getObjectKeysList())));
      case CONFIRM_DELETIONS ->
          command.setConfirmDeletions(
              ConfirmDeletions.newBuilder()
                  .setRegion(region(request.getConfirmDeletions().getRegion()))
                  .addAllObjectKeys(objectKeys(request.getConfirmDeletions().getObjectKeysList())));
      case NOTE_USE ->
          command.setNoteUse(
              NoteUse.newBuilder().setName(AccessFields.account(request.getNoteUse().getName())));
      case OPERATION_NOT_SET ->
          throw new RefusedException(
              RejectionCode.DENIED, "the request names no operation that this server knows");
    };
  }

  private static CommitBlob commitBlob(dev.meridian.proto.metadata.CommitBlob request)
      throws RefusedException {
    return CommitBlob.newBuilder()
        .setRepository(repository(request.getRepository()))
        .setDigest(digest(request.getDigest()))
        .setSize(size(request.getSize()))
        .setRegion(region(request.getRegion()))
        .setObjectKey(objectKey(request.getObjectKey()))
        .setSessionExpiresMs(request.getSessionExpiresMs())
        .build();
  }

  private static MountBlob mountBlob(dev.meridian.proto.metadata.MountBlob request)
      throws RefusedException {
    return MountBlob.newBuilder()
        .setRepository(repository(request.getRepository()))
        .setDigest(digest(request.getDigest()))
        .setFrom(request.getFrom().isEmpty() ? "" : repository(request.getFrom()))
        .build();
  }

  private static AddPlacement addPlacement(dev.meridian.proto.metadata.AddPlacement request)
      throws RefusedException {
    return AddPlacement.newBuilder()
        .setDigest(digest(request.getDigest()))
        .setRegion(region(request.getRegion()))
        .setObjectKey(objectKey(request.getObjectKey()))
        .setSize(size(request.getSize()))
        .build();
  }

  private static PutManifestResult result(Command.Builder command) {
    PutManifest manifest = command.getPutManifest();
    return PutManifestResult.newBuilder()
        .setDigest(manifest.getDigest())
        .setSubject(manifest.getSubject().getDigest())
        .build();
  }
}
