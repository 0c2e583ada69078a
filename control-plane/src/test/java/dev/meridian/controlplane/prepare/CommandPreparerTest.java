package dev.meridian.controlplane.prepare;

import static dev.meridian.controlplane.prepare.ManifestJsonText.descriptor;
import static dev.meridian.controlplane.prepare.ManifestJsonText.image;
import static dev.meridian.controlplane.prepare.ManifestJsonText.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.model.MediaTypes;
import dev.meridian.model.RegionId;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.metadata.AddPlacement;
import dev.meridian.proto.metadata.CommitBlob;
import dev.meridian.proto.metadata.ConfirmDeletions;
import dev.meridian.proto.metadata.CreateRepository;
import dev.meridian.proto.metadata.DeleteBlob;
import dev.meridian.proto.metadata.DeleteManifest;
import dev.meridian.proto.metadata.DeleteTag;
import dev.meridian.proto.metadata.DigestSet;
import dev.meridian.proto.metadata.DoomObjects;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.MountBlob;
import dev.meridian.proto.metadata.NoteUse;
import dev.meridian.proto.metadata.Origin;
import dev.meridian.proto.metadata.PutManifest;
import dev.meridian.proto.metadata.PutManifestResult;
import dev.meridian.proto.metadata.RemovePlacement;
import dev.meridian.proto.metadata.RenewLink;
import dev.meridian.proto.metadata.TagCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommandPreparerTest {

  private static final ByteString ID = ByteString.copyFromUtf8("0123456789abcdef");
  private static final String DIGEST = Digest.of(Algorithm.SHA256, new byte[0]).toString();
  private static final ByteString MANIFEST = ByteString.copyFromUtf8(json(image("", "")));

  private static final CommandEnvelope ENVELOPE =
      new CommandEnvelope(() -> 42, () -> Instant.ofEpochMilli(777), Duration.ofHours(24), 7);

  private final CommandPreparer preparer = new CommandPreparer(ENVELOPE);

  @Test
  void fillsInWhatIsNotDeterministic() {
    Command command = ready(request().setDeleteTag(deleteTag("demo", "v1"))).command();
    assertThat(command.getId()).isEqualTo(ID);
    assertThat(command.getPrincipal()).isEqualTo("alice");
    assertThat(command.getPreparedRevision()).isEqualTo(42);
    assertThat(command.getWallTimeMs()).isEqualTo(777);
    assertThat(command.getLinkLifeMs()).isEqualTo(Duration.ofHours(24).toMillis());
    assertThat(command.getTagHistoryDepth()).isEqualTo(7);
    assertThat(command.getDeleteTag().getTag()).isEqualTo("v1");
  }

  @Test
  void aRetryIsAsOldAsItsFirstAttempt() {
    ExecuteRequest.Builder request = request().setDeleteTag(deleteTag("demo", "v1"));
    assertThat(ready(request.setSeenRevision(7)).command().getPreparedRevision()).isEqualTo(7);
    // This server may be behind the one that the caller asked first.
    assertThat(ready(request.setSeenRevision(50)).command().getPreparedRevision()).isEqualTo(42);
  }

  @Test
  void carriesWhereTheRequestCameFromAndWhetherItIsToBeAuthorised() {
    Command command =
        ready(
                request()
                    .setDeleteTag(deleteTag("demo", "v1"))
                    .setOrigin(Origin.newBuilder().setRegion("us").setAddress("192.0.2.7"))
                    .setAuthorise(true))
            .command();
    assertThat(command.getAuthorise()).isTrue();
    assertThat(command.getOrigin().getRegion()).isEqualTo("us");
    assertThat(command.getOrigin().getAddress()).isEqualTo("192.0.2.7");
    for (Origin origin :
        List.of(
            Origin.newBuilder().setRegion("u s").build(),
            Origin.newBuilder().setRegion("us").setAddress("1\n2").build(),
            Origin.newBuilder().setRegion("us").setAddress("1".repeat(65)).build())) {
      assertThat(
              preparer.prepare(
                  request().setDeleteTag(deleteTag("demo", "v1")).setOrigin(origin).build()))
          .isInstanceOf(PreparedCommand.Refused.class);
    }
    assertThat(
            preparer.prepare(
                request().setDeleteTag(deleteTag("demo", "v1")).setAuthorise(true).build()))
        .isInstanceOf(PreparedCommand.Refused.class);
  }

  @Test
  void everyOperationBecomesTheCommandOfItsName() {
    List<ExecuteRequest.Builder> requests =
        List.of(
            request().setCreateRepository(CreateRepository.newBuilder().setRepository("demo")),
            request().setCommitBlob(commitBlob()),
            request()
                .setMountBlob(
                    MountBlob.newBuilder().setRepository("demo").setDigest(DIGEST).setFrom("base")),
            request().setPutManifest(putManifest()),
            request().setDeleteTag(deleteTag("demo", "v1")),
            request()
                .setDeleteManifest(
                    DeleteManifest.newBuilder().setRepository("demo").setDigest(DIGEST)),
            request()
                .setDeleteBlob(DeleteBlob.newBuilder().setRepository("demo").setDigest(DIGEST)),
            request().setAddPlacement(addPlacement()),
            request()
                .setRemovePlacement(
                    RemovePlacement.newBuilder()
                        .setDigest(DIGEST)
                        .setRegion("us")
                        .setObjectKey("0/a")),
            request().setRenewLink(RenewLink.newBuilder().setRepository("demo").setDigest(DIGEST)),
            request().setDoomObjects(DoomObjects.newBuilder().setRegion("us").addObjectKeys("0/a")),
            request()
                .setConfirmDeletions(
                    ConfirmDeletions.newBuilder().setRegion("us").addObjectKeys("0/a")),
            request().setNoteUse(NoteUse.newBuilder().setName("robot.ci")));
    assertThat(requests)
        .allSatisfy(request ->
            assertThat(ready(request).command().getOperationCase().name())
                .isEqualTo(request.getOperationCase().name()));
    Set<ExecuteRequest.OperationCase> covered =
        requests.stream().map(ExecuteRequest.Builder::getOperationCase).collect(Collectors.toSet());
    assertThat(covered).hasSize(ExecuteRequest.OperationCase.values().length - 1);
  }

  @Test
  void carriesEveryFieldOver() {
    Command command = ready(request().setCommitBlob(commitBlob())).command();
    assertThat(command.getCommitBlob())
        .isEqualTo(
            dev.meridian.proto.log.CommitBlob.newBuilder()
                .setRepository("demo")
                .setDigest(DIGEST)
                .setSize(3)
                .setRegion("us")
                .setObjectKey("0/a")
                .setSessionExpiresMs(99)
                .build());
    command = ready(request().setAddPlacement(addPlacement())).command();
    assertThat(command.getAddPlacement())
        .isEqualTo(
            dev.meridian.proto.log.AddPlacement.newBuilder()
                .setDigest(DIGEST)
                .setRegion("us")
                .setObjectKey("0/a")
                .setSize(3)
                .build());
  }

  @Test
  void computesTheDigestOfAManifest() {
    PreparedCommand.Ready ready = ready(request().setPutManifest(putManifest()));
    String digest = Digest.of(Algorithm.SHA256, MANIFEST.toByteArray()).toString();
    assertThat(ready.command().getPutManifest().getDigest()).isEqualTo(digest);
    assertThat(ready.command().getPutManifest().getContent()).isEqualTo(MANIFEST);
    assertThat(ready.manifest()).hasValue(PutManifestResult.newBuilder().setDigest(digest).build());
    assertThat(ready(request().setDeleteTag(deleteTag("demo", "v1"))).manifest())
        .isEqualTo(Optional.empty());
  }

  @Test
  void verifiesTheDigestWithItsAlgorithm() {
    String sha512 = Digest.of(Algorithm.SHA512, MANIFEST.toByteArray()).toString();
    assertThat(
            ready(request().setPutManifest(putManifest().setDigest(sha512)))
                .command()
                .getPutManifest()
                .getDigest())
        .isEqualTo(sha512);
    assertRefused(
        RejectionCode.DIGEST_INVALID,
        "expected " + DIGEST,
        request().setPutManifest(putManifest().setDigest(DIGEST)));
    assertRefused(
        RejectionCode.DIGEST_INVALID,
        "digest",
        request().setPutManifest(putManifest().setDigest("sha256:short")));
  }

  @Test
  void answersTheSubjectOfAManifest() {
    String text = image("", ",'subject':" + descriptor(MediaTypes.OCI_MANIFEST, "s"));
    PreparedCommand.Ready ready =
        ready(
            request()
                .setPutManifest(putManifest().setContent(ByteString.copyFromUtf8(json(text)))));
    assertThat(ready.manifest().orElseThrow().getSubject())
        .isEqualTo(ManifestJsonText.digest("s").toString());
  }

  @Test
  void carriesConditionsAndDistinctTags() {
    PutManifest.Builder put = putManifest().addTags("a").addTags("b").addTags("a");
    put.setCondition(
        TagCondition.newBuilder().setCurrent(DigestSet.newBuilder().addDigests(DIGEST)));
    var command = ready(request().setPutManifest(put)).command().getPutManifest();
    assertThat(command.getTagsList()).containsExactly("a", "b");
    assertThat(command.getCondition().getCurrent().getDigestsList()).containsExactly(DIGEST);
    put.setCondition(TagCondition.newBuilder().setAbsent(true));
    assertThat(condition(put).hasAbsent()).isTrue();
    put.setCondition(TagCondition.newBuilder().setPresent(true));
    assertThat(condition(put).hasPresent()).isTrue();
  }

  @Test
  void refusesMalformedFieldsWithTheirCode() {
    assertRefused(
        RejectionCode.NAME_INVALID,
        "repository name \"Demo\"",
        request().setDeleteTag(deleteTag("Demo", "v1")));
    assertRefused(
        RejectionCode.TAG_INVALID, "tag \".v\"", request().setDeleteTag(deleteTag("demo", ".v")));
    assertRefused(
        RejectionCode.DIGEST_INVALID,
        "digest",
        request().setCommitBlob(commitBlob().setDigest("md5:1")));
    assertRefused(
        RejectionCode.SIZE_INVALID, "size -1", request().setCommitBlob(commitBlob().setSize(-1)));
    assertRefused(
        RejectionCode.NAME_INVALID,
        "region",
        request().setCommitBlob(commitBlob().setRegion("US")));
    for (String key : List.of("", "a b", "a\0b", "é", "x".repeat(1_025))) {
      assertRefused(
          RejectionCode.NAME_INVALID,
          "object key",
          request().setCommitBlob(commitBlob().setObjectKey(key)));
    }
    assertRefused(
        RejectionCode.TAG_INVALID,
        "tag",
        request().setPutManifest(putManifest().addTags("ok").addTags("-")));
    assertRefused(
        RejectionCode.MANIFEST_INVALID,
        "JSON",
        request().setPutManifest(putManifest().setContent(ByteString.copyFromUtf8("{"))));
  }

  @Test
  void refusesListsThatAreTooLong() {
    assertRefused(
        RejectionCode.TOO_LARGE,
        "tags",
        request()
            .setPutManifest(
                putManifest().addAllTags(IntStream.range(0, 101).mapToObj(i -> "t" + i).toList())));
    assertRefused(
        RejectionCode.TOO_LARGE,
        "objects",
        request()
            .setDoomObjects(
                DoomObjects.newBuilder()
                    .setRegion("us")
                    .addAllObjectKeys(Collections.nCopies(1_001, "k"))));
    assertRefused(
        RejectionCode.TOO_LARGE,
        "objects",
        request().setDoomObjects(DoomObjects.newBuilder().setRegion("us")));
  }

  @Test
  void refusesACallerItCannotTell() {
    assertRefused(
        RejectionCode.DENIED,
        "command_id has 3 bytes",
        request()
            .setCommandId(ByteString.copyFromUtf8("abc"))
            .setDeleteTag(deleteTag("demo", "v1")));
    assertRefused(
        RejectionCode.DENIED,
        "principal",
        request().setPrincipal("x".repeat(1_025)).setDeleteTag(deleteTag("demo", "v1")));
    assertRefused(RejectionCode.DENIED, "operation", request());
  }

  @Test
  void refusesADepthOfHistoryThatCannotBeTrimmedInOneStep() {
    for (int depth : new int[] {0, -1, CommandEnvelope.MAX_TAG_HISTORY + 1}) {
      assertThatThrownBy(
              () -> new CommandEnvelope(() -> 42, () -> Instant.EPOCH, Duration.ofHours(24), depth))
          .hasMessage("tags.history is " + depth + ": expected 1 to 10000");
    }
  }

  @Test
  void systemCommandsHaveAnIdOfTheirOwn() {
    SystemCommands commands = new SystemCommands(RegionId.parse("us"), ENVELOPE);
    Command first = commands.tick(Duration.ofSeconds(10));
    Command second = commands.tick(Duration.ofSeconds(10));
    assertThat(first.getTick().getElapsedMs()).isEqualTo(10_000);
    assertThat(first.getPrincipal()).isEqualTo("system:us");
    assertThat(first.getPreparedRevision()).isEqualTo(42);
    assertThat(first.getId().size()).isEqualTo(16);
    assertThat(first.getId()).isNotEqualTo(second.getId());
  }

  private static ExecuteRequest.Builder request() {
    return ExecuteRequest.newBuilder().setCommandId(ID).setPrincipal("alice");
  }

  private static DeleteTag.Builder deleteTag(String repository, String tag) {
    return DeleteTag.newBuilder().setRepository(repository).setTag(tag);
  }

  private static CommitBlob.Builder commitBlob() {
    return CommitBlob.newBuilder()
        .setRepository("demo")
        .setDigest(DIGEST)
        .setSize(3)
        .setRegion("us")
        .setObjectKey("0/a")
        .setSessionExpiresMs(99);
  }

  private static AddPlacement.Builder addPlacement() {
    return AddPlacement.newBuilder()
        .setDigest(DIGEST)
        .setSize(3)
        .setRegion("us")
        .setObjectKey("0/a");
  }

  private static PutManifest.Builder putManifest() {
    return PutManifest.newBuilder().setRepository("demo").setContent(MANIFEST);
  }

  private dev.meridian.proto.log.TagCondition condition(PutManifest.Builder put) {
    return ready(request().setPutManifest(put)).command().getPutManifest().getCondition();
  }

  private PreparedCommand.Ready ready(ExecuteRequest.Builder request) {
    return switch (preparer.prepare(request.build())) {
      case PreparedCommand.Ready ready -> ready;
      case PreparedCommand.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  private void assertRefused(RejectionCode code, String message, ExecuteRequest.Builder request) {
    switch (preparer.prepare(request.build())) {
      case PreparedCommand.Ready ready -> throw new AssertionError(ready.toString());
      case PreparedCommand.Refused refused -> {
        assertThat(refused.rejection().getCode()).isEqualTo(code);
        assertThat(refused.rejection().getMessage()).contains(message);
      }
    }
  }
}
