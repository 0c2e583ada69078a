package dev.meridian.controlplane.apply;

import com.google.protobuf.ByteString;
import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.model.MediaTypes;
import dev.meridian.proto.log.AddPlacement;
import dev.meridian.proto.log.AnnounceRegion;
import dev.meridian.proto.log.Bootstrap;
import dev.meridian.proto.log.Collect;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommitBlob;
import dev.meridian.proto.log.ConfirmDeletions;
import dev.meridian.proto.log.CreateRepository;
import dev.meridian.proto.log.DeleteBlob;
import dev.meridian.proto.log.DeleteManifest;
import dev.meridian.proto.log.DeletePolicy;
import dev.meridian.proto.log.DeleteRepository;
import dev.meridian.proto.log.DeleteTag;
import dev.meridian.proto.log.DigestSet;
import dev.meridian.proto.log.DoomObjects;
import dev.meridian.proto.log.DrainNode;
import dev.meridian.proto.log.DrainRegion;
import dev.meridian.proto.log.ExpiredLink;
import dev.meridian.proto.log.JoinNode;
import dev.meridian.proto.log.LeaveNode;
import dev.meridian.proto.log.ManifestLink;
import dev.meridian.proto.log.MountBlob;
import dev.meridian.proto.log.PauseReplication;
import dev.meridian.proto.log.PurgeRegion;
import dev.meridian.proto.log.PurgeRepository;
import dev.meridian.proto.log.PutManifest;
import dev.meridian.proto.log.RemovePlacement;
import dev.meridian.proto.log.RemoveRegion;
import dev.meridian.proto.log.RenewCluster;
import dev.meridian.proto.log.RenewLink;
import dev.meridian.proto.log.RestoreTag;
import dev.meridian.proto.log.ReviewLinks;
import dev.meridian.proto.log.SetPolicy;
import dev.meridian.proto.log.SetTags;
import dev.meridian.proto.log.TagCondition;
import dev.meridian.proto.log.TagMove;
import dev.meridian.proto.log.Tick;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Commands with short arguments; blobs and manifests are named by the text that they hold. */
public final class Operations {

  public static final long SESSION_END = 1_000_000_000_000L;

  private Operations() {}

  public static Digest digest(String content) {
    return Digest.of(Algorithm.SHA256, content.getBytes(StandardCharsets.UTF_8));
  }

  public static Command.Builder bootstrap(String id) {
    return Command.newBuilder()
        .setBootstrap(Bootstrap.newBuilder().setClusterId(id).setClusterName("demo"));
  }

  public static Command.Builder tick(long millis) {
    return Command.newBuilder().setTick(Tick.newBuilder().setElapsedMs(millis));
  }

  public static Command.Builder createRepository(String repository) {
    return Command.newBuilder()
        .setCreateRepository(CreateRepository.newBuilder().setRepository(repository));
  }

  public static Command.Builder deleteRepository(String repository) {
    return Command.newBuilder()
        .setDeleteRepository(DeleteRepository.newBuilder().setRepository(repository));
  }

  public static Command.Builder purgeRepository(long id) {
    return Command.newBuilder()
        .setPurgeRepository(PurgeRepository.newBuilder().setRepositoryId(id));
  }

  public static Command.Builder commitBlob(
      String repository, String content, String region, String key) {
    return commitBlob(repository, content, region, key, SESSION_END);
  }

  public static Command.Builder commitBlob(
      String repository, String content, String region, String key, long sessionEnd) {
    return Command.newBuilder()
        .setCommitBlob(
            CommitBlob.newBuilder()
                .setRepository(repository)
                .setDigest(digest(content).toString())
                .setSize(content.length())
                .setRegion(region)
                .setObjectKey(key)
                .setSessionExpiresMs(sessionEnd));
  }

  public static Command.Builder mountBlob(String repository, String content, String from) {
    return Command.newBuilder()
        .setMountBlob(
            MountBlob.newBuilder()
                .setRepository(repository)
                .setDigest(digest(content).toString())
                .setFrom(from));
  }

  /** A manifest whose bytes are this text. */
  public static PutManifest.Builder manifest(
      String repository, String content, ManifestLink... links) {
    return PutManifest.newBuilder()
        .setRepository(repository)
        .setDigest(digest(content).toString())
        .setMediaType(MediaTypes.OCI_MANIFEST)
        .setContent(ByteString.copyFromUtf8(content))
        .addAllReferences(List.of(links));
  }

  public static Command.Builder put(PutManifest.Builder manifest) {
    return Command.newBuilder().setPutManifest(manifest);
  }

  public static ManifestLink blob(String content) {
    return link(ManifestLink.Kind.BLOB, content);
  }

  public static ManifestLink child(String content) {
    return link(ManifestLink.Kind.MANIFEST, content);
  }

  public static ManifestLink link(ManifestLink.Kind kind, String content) {
    return ManifestLink.newBuilder().setKind(kind).setDigest(digest(content).toString()).build();
  }

  public static Command.Builder deleteTag(String repository, String tag) {
    return deleteTag(repository, tag, TagCondition.getDefaultInstance());
  }

  public static Command.Builder deleteTag(String repository, String tag, TagCondition condition) {
    return Command.newBuilder()
        .setDeleteTag(
            DeleteTag.newBuilder().setRepository(repository).setTag(tag).setCondition(condition));
  }

  public static Command.Builder setTags(TagMove.Builder... moves) {
    SetTags.Builder set = SetTags.newBuilder();
    List.of(moves).forEach(set::addMoves);
    return Command.newBuilder().setSetTags(set);
  }

  public static TagMove.Builder move(String repository, String tag, String content) {
    return TagMove.newBuilder()
        .setRepository(repository)
        .setTag(tag)
        .setDigest(digest(content).toString());
  }

  public static Command.Builder restoreTag(String repository, String tag, long revision) {
    return Command.newBuilder()
        .setRestoreTag(
            RestoreTag.newBuilder().setRepository(repository).setTag(tag).setRevision(revision));
  }

  public static TagCondition absent() {
    return TagCondition.newBuilder().setAbsent(true).build();
  }

  /** The tag names one of the manifests. */
  public static TagCondition names(String... contents) {
    DigestSet.Builder digests = DigestSet.newBuilder();
    for (String content : contents) {
      digests.addDigests(digest(content).toString());
    }
    return TagCondition.newBuilder().setCurrent(digests).build();
  }

  public static Command.Builder deleteManifest(String repository, String content) {
    return Command.newBuilder()
        .setDeleteManifest(
            DeleteManifest.newBuilder()
                .setRepository(repository)
                .setDigest(digest(content).toString()));
  }

  public static Command.Builder deleteBlob(String repository, String content) {
    return Command.newBuilder()
        .setDeleteBlob(
            DeleteBlob.newBuilder()
                .setRepository(repository)
                .setDigest(digest(content).toString()));
  }

  public static Command.Builder addPlacement(String content, String region, String key) {
    return Command.newBuilder()
        .setAddPlacement(
            AddPlacement.newBuilder()
                .setDigest(digest(content).toString())
                .setRegion(region)
                .setObjectKey(key)
                .setSize(content.length()));
  }

  public static Command.Builder removePlacement(String content, String region, String key) {
    return Command.newBuilder()
        .setRemovePlacement(
            RemovePlacement.newBuilder()
                .setDigest(digest(content).toString())
                .setRegion(region)
                .setObjectKey(key));
  }

  public static Command.Builder renewLink(String repository, String content) {
    return Command.newBuilder()
        .setRenewLink(
            RenewLink.newBuilder().setRepository(repository).setDigest(digest(content).toString()));
  }

  public static Command.Builder doom(String region, String... keys) {
    return Command.newBuilder()
        .setDoomObjects(DoomObjects.newBuilder().setRegion(region).addAllObjectKeys(List.of(keys)));
  }

  public static Command.Builder confirmDeletions(String region, String... keys) {
    return Command.newBuilder()
        .setConfirmDeletions(
            ConfirmDeletions.newBuilder().setRegion(region).addAllObjectKeys(List.of(keys)));
  }

  public static Command.Builder collect(List<ExpiredLink> links) {
    return Command.newBuilder().setCollect(Collect.newBuilder().addAllLinks(links));
  }

  public static Command.Builder announceRegion(String region, String address) {
    return Command.newBuilder()
        .setAnnounceRegion(AnnounceRegion.newBuilder().setRegion(region).setGrpcAddress(address));
  }

  public static Command.Builder drainRegion(String region, boolean drained) {
    return Command.newBuilder()
        .setDrainRegion(DrainRegion.newBuilder().setRegion(region).setDrained(drained));
  }

  public static Command.Builder removeRegion(String region) {
    return Command.newBuilder().setRemoveRegion(RemoveRegion.newBuilder().setRegion(region));
  }

  /** One that the policies must allow. */
  public static Command.Builder removeUnneededRegion(String region) {
    return Command.newBuilder()
        .setRemoveRegion(RemoveRegion.newBuilder().setRegion(region).setKeepsPolicies(true));
  }

  public static Command.Builder purgeRegion(String region) {
    return Command.newBuilder().setPurgeRegion(PurgeRegion.newBuilder().setRegion(region));
  }

  public static Command.Builder drainNode(String node, boolean drained) {
    return Command.newBuilder()
        .setDrainNode(DrainNode.newBuilder().setNodeId(node).setDrained(drained));
  }

  public static Command.Builder renewCluster(String id) {
    return Command.newBuilder().setRenewCluster(RenewCluster.newBuilder().setClusterId(id));
  }

  /** Regions and only as comma-separated lists. */
  public static Command.Builder setPolicy(
      String prefix, String regions, boolean eager, String only, int minCopies) {
    return Command.newBuilder()
        .setSetPolicy(
            SetPolicy.newBuilder()
                .setPrefix(prefix)
                .addAllRegions(list(regions))
                .setEager(eager)
                .addAllOnly(list(only))
                .setMinCopies(minCopies));
  }

  private static List<String> list(String names) {
    return names.isEmpty() ? List.of() : List.of(names.split(","));
  }

  public static Command.Builder deletePolicy(String prefix) {
    return Command.newBuilder().setDeletePolicy(DeletePolicy.newBuilder().setPrefix(prefix));
  }

  public static Command.Builder reviewLinks() {
    return reviewLinks(ReviewLinks.Extent.ENOUGH);
  }

  public static Command.Builder reviewLinks(ReviewLinks.Extent extent) {
    return Command.newBuilder().setReviewLinks(ReviewLinks.newBuilder().setExtent(extent));
  }

  public static Command.Builder pauseReplication(String region, boolean paused) {
    return Command.newBuilder()
        .setPauseReplication(PauseReplication.newBuilder().setRegion(region).setPaused(paused));
  }

  public static Command.Builder join(String node, String region, String address) {
    return Command.newBuilder()
        .setJoinNode(
            JoinNode.newBuilder().setNodeId(node).setRegion(region).setInternalAddress(address));
  }

  public static Command.Builder leave(String node) {
    return Command.newBuilder().setLeaveNode(LeaveNode.newBuilder().setNodeId(node));
  }
}
