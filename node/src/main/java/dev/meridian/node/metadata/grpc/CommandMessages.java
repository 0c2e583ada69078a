package dev.meridian.node.metadata.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.meridian.model.Digest;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Executed;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataCommand.TagCondition;
import dev.meridian.proto.metadata.AddPlacement;
import dev.meridian.proto.metadata.CommitBlob;
import dev.meridian.proto.metadata.ConfirmDeletions;
import dev.meridian.proto.metadata.DeleteBlob;
import dev.meridian.proto.metadata.DeleteManifest;
import dev.meridian.proto.metadata.DeleteTag;
import dev.meridian.proto.metadata.DigestSet;
import dev.meridian.proto.metadata.DoomObjects;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.MountBlob;
import dev.meridian.proto.metadata.NoteUse;
import dev.meridian.proto.metadata.Origin;
import dev.meridian.proto.metadata.PutManifest;
import dev.meridian.proto.metadata.RemovePlacement;
import dev.meridian.proto.metadata.RenewLink;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** Commands as messages of metadata.proto, and the answers to them. */
final class CommandMessages {

  private CommandMessages() {}

  /**
   * The message of a new command; sent again as it is, it is applied once.
   *
   * @param seen the highest revision that this node knows of
   */
  static ExecuteRequest request(Caller caller, MetadataCommand command, long seen) {
    ExecuteRequest.Builder request =
        ExecuteRequest.newBuilder()
            .setCommandId(newId())
            .setPrincipal(caller.principal().name())
            .setSeenRevision(seen);
    caller
        .origin()
        .ifPresent(from ->
            request
                .setOrigin(
                    Origin.newBuilder().setRegion(from.region().value()).setAddress(from.address()))
                .setAuthorise(from.authorise()));
    switch (command) {
      case MetadataCommand.CommitBlob c -> request.setCommitBlob(commitBlob(c));
      case MetadataCommand.MountBlob c ->
          request.setMountBlob(
              MountBlob.newBuilder()
                  .setRepository(c.repository().value())
                  .setDigest(c.digest().toString())
                  .setFrom(c.from().map(RepositoryName::value).orElse("")));
      case MetadataCommand.PutManifest c -> request.setPutManifest(putManifest(c));
      case MetadataCommand.DeleteTag c ->
          request.setDeleteTag(
              DeleteTag.newBuilder()
                  .setRepository(c.repository().value())
                  .setTag(c.tag().toString()));
      case MetadataCommand.DeleteManifest c ->
          request.setDeleteManifest(
              DeleteManifest.newBuilder()
                  .setRepository(c.repository().value())
                  .setDigest(c.digest().toString()));
      case MetadataCommand.DeleteBlob c ->
          request.setDeleteBlob(
              DeleteBlob.newBuilder()
                  .setRepository(c.repository().value())
                  .setDigest(c.digest().toString()));
      case MetadataCommand.AddPlacement c ->
          request.setAddPlacement(
              AddPlacement.newBuilder()
                  .setDigest(c.digest().toString())
                  .setRegion(c.region().value())
                  .setObjectKey(c.objectKey())
                  .setSize(c.size()));
      case MetadataCommand.RemovePlacement c ->
          request.setRemovePlacement(
              RemovePlacement.newBuilder()
                  .setDigest(c.digest().toString())
                  .setRegion(c.region().value())
                  .setObjectKey(c.objectKey()));
      case MetadataCommand.RenewLink c ->
          request.setRenewLink(
              RenewLink.newBuilder()
                  .setRepository(c.repository().value())
                  .setDigest(c.digest().toString()));
      case MetadataCommand.DoomObjects c ->
          request.setDoomObjects(
              DoomObjects.newBuilder()
                  .setRegion(c.region().value())
                  .addAllObjectKeys(c.objectKeys()));
      case MetadataCommand.ConfirmDeletions c ->
          request.setConfirmDeletions(
              ConfirmDeletions.newBuilder()
                  .setRegion(c.region().value())
                  .addAllObjectKeys(c.objectKeys()));
      case MetadataCommand.NoteUse c ->
          request.setNoteUse(NoteUse.newBuilder().setName(c.account()));
    }
    return request.build();
  }

  static Executed executed(ExecuteReply reply) {
    return new Executed(
        reply.getRevision(),
        digest(reply.getPutManifest().getDigest()),
        digest(reply.getPutManifest().getSubject()));
  }

  private static CommitBlob commitBlob(MetadataCommand.CommitBlob c) {
    return CommitBlob.newBuilder()
        .setRepository(c.repository().value())
        .setDigest(c.digest().toString())
        .setSize(c.size())
        .setRegion(c.region().value())
        .setObjectKey(c.objectKey())
        .setSessionExpiresMs(c.sessionExpiresMillis())
        .build();
  }

  private static PutManifest putManifest(MetadataCommand.PutManifest c) {
    PutManifest.Builder put =
        PutManifest.newBuilder()
            .setRepository(c.repository().value())
            .setDigest(c.digest().map(Digest::toString).orElse(""))
            .setContentType(c.contentType())
            .setContent(UnsafeByteOperations.unsafeWrap(c.content()))
            .addAllTags(c.tags().stream().map(TagName::toString).toList());
    condition(c.condition()).ifPresent(put::setCondition);
    return put.build();
  }

  private static Optional<dev.meridian.proto.metadata.TagCondition> condition(
      TagCondition condition) {
    dev.meridian.proto.metadata.TagCondition.Builder message =
        dev.meridian.proto.metadata.TagCondition.newBuilder();
    return switch (condition) {
      case TagCondition.None none -> Optional.empty();
      case TagCondition.Absent absent -> Optional.of(message.setAbsent(true).build());
      case TagCondition.Present present -> Optional.of(message.setPresent(true).build());
      case TagCondition.Current current ->
          Optional.of(
              message
                  .setCurrent(
                      DigestSet.newBuilder()
                          .addAllDigests(current.digests().stream().map(Digest::toString).toList()))
                  .build());
    };
  }

  private static Optional<Digest> digest(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(text));
  }

  private static ByteString newId() {
    UUID id = UUID.randomUUID();
    ByteBuffer bytes =
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .flip();
    return ByteString.copyFrom(bytes);
  }
}
