package dev.meridian.controlplane.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.meridian.model.Digest;
import dev.meridian.model.Digest.Algorithm;
import dev.meridian.model.RegionId;
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
import dev.meridian.proto.admin.TagMove;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.DigestSet;
import dev.meridian.proto.log.RejectionCode;
import dev.meridian.proto.log.RestoreTag;
import dev.meridian.proto.log.SetPolicy;
import dev.meridian.proto.log.TagCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdminPreparerTest {

  private static final ByteString ID = ByteString.copyFromUtf8("0123456789abcdef");
  private static final String DIGEST = Digest.of(Algorithm.SHA256, new byte[0]).toString();
  private static final TagExpectation NAMES = TagExpectation.newBuilder().setDigest(DIGEST).build();
  private static final TagExpectation ABSENT = TagExpectation.newBuilder().setAbsent(true).build();
  private static final TagCondition CURRENT =
      TagCondition.newBuilder().setCurrent(DigestSet.newBuilder().addDigests(DIGEST)).build();

  private final AdminPreparer preparer =
      new AdminPreparer(
          new OperatorEnvelope(
              new CommandEnvelope(
                  () -> 42, () -> Instant.ofEpochMilli(777), Duration.ofHours(24), 7),
              () -> new Caller(Caller.OPERATOR, "192.0.2.7"),
              RegionId.parse("us-east"),
              false));

  @Test
  void fillsInWhatIsNotDeterministic() {
    Command command = ready(preparer.prepare(restore("v1").build()));
    assertThat(command.getId()).isEqualTo(ID);
    assertThat(command.getPrincipal()).isEqualTo(Caller.OPERATOR);
    assertThat(command.getPreparedRevision()).isEqualTo(42);
    assertThat(command.getWallTimeMs()).isEqualTo(777);
    assertThat(command.getOrigin().getRegion()).isEqualTo("us-east");
    assertThat(command.getOrigin().getAddress()).isEqualTo("192.0.2.7");
    assertThat(command.getAuthorise()).isFalse();
    assertThat(command.getTagHistoryDepth()).isEqualTo(7);
  }

  @Test
  void takesOverWhatIsAsked() {
    assertThat(
            ready(preparer.prepare(set(move("v1").setExpected(ABSENT), move("v2")))).getSetTags())
        .satisfies(set -> {
          assertThat(set.getMovesList())
              .extracting(move -> move.getTag())
              .containsExactly("v1", "v2");
          assertThat(set.getMoves(0).getDigest()).isEqualTo(DIGEST);
          assertThat(set.getMoves(0).getCondition().getAbsent()).isTrue();
          assertThat(set.getMoves(1).getCondition()).isEqualTo(TagCondition.getDefaultInstance());
        });
    assertThat(ready(preparer.prepare(restore("v1").setRevision(9).setExpected(NAMES).build())))
        .extracting(Command::getRestoreTag)
        .isEqualTo(
            RestoreTag.newBuilder()
                .setRepository("demo")
                .setTag("v1")
                .setRevision(9)
                .setCondition(CURRENT)
                .build());
    DeleteTagRequest delete =
        DeleteTagRequest.newBuilder()
            .setCommandId(ID)
            .setRepository("demo")
            .setTag("v1")
            .setExpected(NAMES)
            .build();
    assertThat(ready(preparer.prepare(delete)).getDeleteTag().getCondition()).isEqualTo(CURRENT);
    assertThat(ready(preparer.prepare(create("demo"))).getCreateRepository().getRepository())
        .isEqualTo("demo");
    DeleteRepositoryRequest gone =
        DeleteRepositoryRequest.newBuilder().setCommandId(ID).setRepository("demo").build();
    assertThat(ready(preparer.prepare(gone)).getDeleteRepository().getRepository())
        .isEqualTo("demo");
  }

  @Test
  void takesOverWhatBecomesOfRegionsAndNodes() {
    DrainRegionRequest region =
        DrainRegionRequest.newBuilder().setCommandId(ID).setRegion("us").setDrained(true).build();
    assertThat(ready(preparer.prepare(region)).getDrainRegion().getDrained()).isTrue();
    DrainNodeRequest node =
        DrainNodeRequest.newBuilder().setCommandId(ID).setNodeId("n1").setDrained(true).build();
    assertThat(ready(preparer.prepare(node)).getDrainNode().getNodeId()).isEqualTo("n1");
    assertThat(ready(preparer.prepare(remove("us"))).getRemoveRegion().getRegion()).isEqualTo("us");
  }

  @Test
  void takesOverPoliciesWithEachRegionOnceAndInOrder() {
    Policy.Builder policy =
        Policy.newBuilder()
            .setPrefix("team/app")
            .addRegions("us")
            .addRegions("eu")
            .addRegions("us")
            .setEager(true)
            .addOnly("us")
            .setMinCopies(2);
    assertThat(ready(preparer.prepare(policy(policy))).getSetPolicy())
        .isEqualTo(
            SetPolicy.newBuilder()
                .setPrefix("team/app")
                .addRegions("eu")
                .addRegions("us")
                .setEager(true)
                .addOnly("us")
                .setMinCopies(2)
                .build());
    assertThat(ready(preparer.prepare(policy(Policy.newBuilder()))).hasSetPolicy()).isTrue();
    DeletePolicyRequest delete =
        DeletePolicyRequest.newBuilder().setCommandId(ID).setPrefix("team").build();
    assertThat(ready(preparer.prepare(delete)).getDeletePolicy().getPrefix()).isEqualTo("team");
    PauseReplicationRequest pause =
        PauseReplicationRequest.newBuilder().setCommandId(ID).setRegion("us").build();
    assertThat(ready(preparer.prepare(pause)).getPauseReplication().getPaused()).isFalse();
  }

  @Test
  void refusesPoliciesOfWhatIsNoName() {
    refused(
        RejectionCode.NAME_INVALID,
        preparer.prepare(policy(Policy.newBuilder().setPrefix("team/"))));
    refused(
        RejectionCode.NAME_INVALID, preparer.prepare(policy(Policy.newBuilder().addRegions("US"))));
    refused(RejectionCode.NAME_INVALID, preparer.prepare(policy(Policy.newBuilder().addOnly(""))));
    Policy.Builder large = Policy.newBuilder();
    IntStream.rangeClosed(0, RequestFields.MAX_REGIONS).forEach(i -> large.addOnly("r" + i));
    refused(RejectionCode.TOO_LARGE, preparer.prepare(policy(large)));
  }

  private static SetPolicyRequest policy(Policy.Builder policy) {
    return SetPolicyRequest.newBuilder().setCommandId(ID).setPolicy(policy).build();
  }

  @Test
  void refusesWhatIsNoName() {
    refused(RejectionCode.NAME_INVALID, preparer.prepare(create("../etc")));
    refused(RejectionCode.NAME_INVALID, preparer.prepare(remove("US")));
    refused(RejectionCode.TAG_INVALID, preparer.prepare(restore("a/b").build()));
    refused(RejectionCode.TAG_INVALID, preparer.prepare(set(move(""))));
    refused(RejectionCode.DIGEST_INVALID, preparer.prepare(set(move("v1").setDigest("sha256:"))));
    refused(
        RejectionCode.DIGEST_INVALID,
        preparer.prepare(set(move("v1").setExpected(TagExpectation.newBuilder().setDigest("x")))));
    for (String id : new String[] {"", "x".repeat(256)}) {
      refused(
          RejectionCode.NAME_INVALID,
          preparer.prepare(DrainNodeRequest.newBuilder().setCommandId(ID).setNodeId(id).build()));
    }
  }

  @Test
  void refusesACommandIdOfAnotherLength() {
    refused(
        RejectionCode.DENIED,
        preparer.prepare(restore("v1").setCommandId(ByteString.copyFromUtf8("short")).build()));
  }

  @Test
  void refusesToMoveNoTagOrTooMany() {
    refused(RejectionCode.TOO_LARGE, preparer.prepare(set()));
    TagMove.Builder[] moves =
        IntStream.rangeClosed(0, AdminPreparer.MAX_MOVES)
            .mapToObj(i -> move("t" + i))
            .toArray(TagMove.Builder[]::new);
    refused(RejectionCode.TOO_LARGE, preparer.prepare(set(moves)));
  }

  @Test
  void refusesToMoveATagTwice() {
    refused(
        RejectionCode.TAG_INVALID,
        preparer.prepare(set(move("v1"), move("v2"), move("v1").setExpected(ABSENT))));
    ready(preparer.prepare(set(move("v1"), move("v1").setRepository("other"))));
  }

  private static SetTagsRequest set(TagMove.Builder... moves) {
    SetTagsRequest.Builder set = SetTagsRequest.newBuilder().setCommandId(ID);
    for (TagMove.Builder move : moves) {
      set.addMoves(move);
    }
    return set.build();
  }

  private static TagMove.Builder move(String tag) {
    return TagMove.newBuilder().setRepository("demo").setTag(tag).setDigest(DIGEST);
  }

  private static RestoreTagRequest.Builder restore(String tag) {
    return RestoreTagRequest.newBuilder().setCommandId(ID).setRepository("demo").setTag(tag);
  }

  private static CreateRepositoryRequest create(String repository) {
    return CreateRepositoryRequest.newBuilder().setCommandId(ID).setRepository(repository).build();
  }

  private static RemoveRegionRequest remove(String region) {
    return RemoveRegionRequest.newBuilder().setCommandId(ID).setRegion(region).build();
  }

  private static Command ready(PreparedCommand prepared) {
    return switch (prepared) {
      case PreparedCommand.Ready ready -> ready.command();
      case PreparedCommand.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  private static void refused(RejectionCode code, PreparedCommand prepared) {
    switch (prepared) {
      case PreparedCommand.Ready ready -> throw new AssertionError(ready.toString());
      case PreparedCommand.Refused refused ->
          assertThat(refused.rejection().getCode()).isEqualTo(code);
    }
  }
}
