package dev.meridian.node.metadata.grpc;

import static dev.meridian.node.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.meridian.model.Digest;
import dev.meridian.model.Principal;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.CopyQueries;
import dev.meridian.node.metadata.Executed;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.ManifestEntry;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataRejectedException.Reason;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.proto.metadata.NodeReport;
import dev.meridian.proto.metadata.ReadOptions;
import dev.meridian.proto.metadata.RegionDistance;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@link GrpcMetadataClient} does, whatever its channels are made of. */
@Timeout(60)
abstract class MetadataClientContract {

  private static final RepositoryName REPOSITORY = RepositoryName.parse("demo/app");
  private static final RegionId REGION = RegionId.parse("eu-west");
  private static final Digest DIGEST = Digest.parse(FakeMetadataService.DIGEST);
  private static final Membership.Member SELF =
      new Membership.Member("n1", REGION, "127.0.0.1:5101");

  private final FakeMetadataService own = new FakeMetadataService();
  private final FakeMetadataService other = new FakeMetadataService(own);
  private GrpcMetadataClient client;

  /** Serves the service and says how it is reached. */
  abstract MetadataEndpoint serve(FakeMetadataService service) throws IOException;

  @BeforeEach
  void connect() throws IOException {
    client = connected(Duration.ofSeconds(40));
  }

  /** Of two attempts at least, none lasts longer than half of the deadline. */
  private GrpcMetadataClient connected(Duration deadline) throws IOException {
    return new GrpcMetadataClient(
        FakeMetadataService.CLUSTER,
        List.of(serve(own), serve(other)),
        new GrpcMetadataClient.Deadlines(deadline, deadline));
  }

  @AfterEach
  void disconnect() {
    client.close();
  }

  @Test
  void executesCommandsAndReturnsWhatTheyMade() {
    Executed executed =
        client.execute(
            Caller.client(
                new Principal("alice"),
                new Caller.Origin(RegionId.parse("us-east"), "192.0.2.7", true)),
            new MetadataCommand.PutManifest(
                REPOSITORY,
                Optional.empty(),
                "a/b",
                new byte[] {1, 2},
                List.of(TagName.parse("v1")),
                new MetadataCommand.TagCondition.Current(List.of(DIGEST))));

    assertThat(executed).isEqualTo(new Executed(101, Optional.of(DIGEST), Optional.empty()));
    assertThat(own.executed)
        .singleElement()
        .satisfies(request -> {
          assertThat(request.getCommandId().size()).isEqualTo(16);
          assertThat(request.getPrincipal()).isEqualTo("alice");
          assertThat(request.getOrigin().getRegion()).isEqualTo("us-east");
          assertThat(request.getOrigin().getAddress()).isEqualTo("192.0.2.7");
          assertThat(request.getAuthorise()).isTrue();
          assertThat(request.getPutManifest().getContent().toByteArray()).containsExactly(1, 2);
          assertThat(request.getPutManifest().getCondition().getCurrent().getDigestsList())
              .containsExactly(DIGEST.toString());
        });
  }

  @Test
  void rejectionsCarryReasonMessageAndSubjects() {
    MetadataRejectedException rejected =
        catchThrowableOfType(MetadataRejectedException.class, () -> deleteTag("gone"));

    assertThat(rejected).hasMessage("no such tag");
    assertThat(rejected.reason()).isEqualTo(Reason.TAG_UNKNOWN);
    assertThat(rejected.subjects()).containsExactly("gone");
    assertThat(rejected.revision()).isEqualTo(100);
    assertThat(own.executed).hasSize(1);
    assertThat(other.executed).isEmpty();
  }

  @Test
  void sendsACommandOfUnknownOutcomeAgainUnderItsId() throws IOException {
    try (GrpcMetadataClient hasty = connected(Duration.ofSeconds(3))) {
      MetadataUnavailableException unavailable =
          catchThrowableOfType(
              MetadataUnavailableException.class,
              () ->
                  hasty.execute(
                      Caller.ANONYMOUS, new MetadataCommand.RenewLink(REPOSITORY, DIGEST)));

      assertThat(unavailable.outcomeUnknown()).isTrue();
    }
    assertThat(own.executed.size()).isGreaterThan(1);
    assertThat(other.executed).isNotEmpty();
    assertThat(own.executed)
        .extracting(request -> request.getCommandId())
        .containsOnly(other.executed.getFirst().getCommandId());
  }

  @Test
  void aCommandThatWasAppliedThoughItsAnswerWasLostSucceedsElsewhere() {
    own.tags.add("v1");
    own.losesAnswers = true;

    deleteTag("v1");

    assertThat(own.executed).hasSize(1);
    assertThat(other.executed).isEqualTo(own.executed);
    assertThatThrownBy(() -> deleteTag("v1"))
        .isInstanceOfSatisfying(
            MetadataRejectedException.class,
            rejected -> assertThat(rejected.reason()).isEqualTo(Reason.TAG_UNKNOWN));
  }

  @Test
  void commandsSayWhatTheirNodeHadSeenWhenTheyWereMade() {
    own.revision.set(500);
    getBlob();
    own.tags.add("v1");

    deleteTag("v1");

    assertThat(own.executed.getFirst().getSeenRevision()).isEqualTo(500);
  }

  @Test
  void asksAnotherServerWhileTheOwnFailsAndComesBackToIt() throws Exception {
    own.down = true;

    assertThat(getBlob().placements()).containsEntry(RegionId.parse("us-east"), "objects/1/k");
    assertThat(own.reads).isEmpty();
    assertThat(other.reads).hasSize(1);

    own.down = false;
    eventually(() -> {
      getBlob();
      assertThat(own.reads).isNotEmpty();
    });
  }

  @Test
  void asksAnotherServerWhenTheOwnHangs() throws IOException {
    own.failures.add(FakeMetadataService.HANG);

    try (GrpcMetadataClient hasty = connected(Duration.ofSeconds(5))) {
      assertThat(hasty.getBlob(REPOSITORY, DIGEST, Freshness.LOCAL).size()).isEqualTo(7);
    }
    assertThat(other.reads).hasSize(1);
  }

  @Test
  void readsStayLocalWhileTheOwnServerOnlyLacksAQuorum() {
    own.quorum = false;
    other.quorum = false;
    assertThatThrownBy(() -> client.checkQuorum(Duration.ofSeconds(1)))
        .isInstanceOf(MetadataUnavailableException.class);

    getBlob();

    assertThat(own.reads).hasSize(1);
    assertThat(other.reads).isEmpty();
  }

  @Test
  void whatNeedsAQuorumGoesWhereThereIsOneAndReadsOfDigestsStay() throws Exception {
    own.quorum = false;

    for (int i = 0; i < 5; i++) {
      client.listTags(REPOSITORY, Optional.empty(), 10, Freshness.LINEARIZABLE);
      getBlob();
    }

    // But for those that look whether it has one again.
    assertThat(own.undecided.get()).isLessThan(5);
    assertThat(own.reads).extracting(ReadOptions::getMode).containsOnly(ReadOptions.Mode.LOCAL);
    assertThat(own.reads).hasSize(5);

    own.quorum = true;
    eventually(() -> {
      client.listTags(REPOSITORY, Optional.empty(), 10, Freshness.LINEARIZABLE);
      assertThat(own.reads.getLast().getMode()).isEqualTo(ReadOptions.Mode.LINEARIZABLE);
    });
  }

  @Test
  void readsAskForTheHighestRevisionSeenAlsoAtAnotherServer() {
    own.revision.set(500);
    getBlob();
    own.down = true;

    client.listTags(REPOSITORY, Optional.of("a"), 10, Freshness.LINEARIZABLE.atLeast(3));

    assertThat(other.reads)
        .containsExactly(
            ReadOptions.newBuilder()
                .setMode(ReadOptions.Mode.LINEARIZABLE)
                .setMinRevision(500)
                .build());
  }

  @Test
  void readsAskForTheRevisionOfARejectionToo() {
    own.revision.set(700);
    assertThatThrownBy(() -> deleteTag("gone")).isInstanceOf(MetadataRejectedException.class);

    listTags();

    assertThat(own.reads).extracting(ReadOptions::getMinRevision).containsExactly(700L);
  }

  @Test
  void whatIsFoundByDigestWaitsForNoRevisionThatItWasNotAskedFor() {
    own.revision.set(500);
    listTags();

    getBlob();
    client.getBlob(REPOSITORY, DIGEST, Freshness.LOCAL.atLeast(3));

    assertThat(own.reads).extracting(ReadOptions::getMinRevision).containsExactly(0L, 0L, 3L);
  }

  @Test
  void asksForNoRevisionOfBeforeARestore() throws Exception {
    own.revision.set(500);
    client.join(SELF, () -> Membership.Report.NONE, Duration.ofSeconds(10));
    getBlob();

    own.revision.set(300);
    own.restore("c2");
    eventually(() -> assertThat(client.membership().clusterId()).isEqualTo("c2"));

    eventually(() -> {
      listTags();
      assertThat(own.reads.getLast().getMinRevision()).isEqualTo(300);
    });
  }

  @Test
  void tellsOfCopiesAndOfWhatIsMissing() {
    RegionId us = RegionId.parse("us-east");
    assertThat(client.getPlacements(DIGEST, Freshness.LOCAL))
        .isEqualTo(
            new CopyQueries.BlobCopies(
                own.revision.get(), 12, Map.of(us, "objects/1/k"), Map.of(us, 0L)));

    CopyQueries.MissingPage first = client.listMissing(us, new CopyQueries.MissingFrom.First(), 10);
    assertThat(first.blobs())
        .containsExactly(new CopyQueries.MissingBlob(DIGEST, 12, true, List.of(us)));
    assertThat(first.paused()).isFalse();
    CopyQueries.MissingPage second = client.listMissing(us, first.next().orElseThrow(), 10);
    assertThat(second.next()).isEmpty();
    assertThat(second.paused()).isTrue();
    assertThat(client.listMissing(us, new CopyQueries.MissingFrom.Newest(), 10).blobs())
        .extracting(CopyQueries.MissingBlob::backfill)
        .containsExactly(false);

    assertThat(client.listCopies(us, Optional.of("a"), 10).items())
        .containsExactly(new CopyQueries.StoredCopy("ax", DIGEST, 12, 1000));
  }

  @Test
  void carriesLargeManifestsAndLeavesTheirBytesOutUnlessAsked() {
    Reference byTag = Reference.parse("v1");

    ManifestEntry with = client.getManifest(REPOSITORY, byTag, Freshness.LINEARIZABLE, true);
    ManifestEntry without = client.getManifest(REPOSITORY, byTag, Freshness.LOCAL, false);

    assertThat(with.content().orElseThrow()).hasSize(4 << 20);
    assertThat(without.content()).isEmpty();
    assertThat(without.digest()).isEqualTo(DIGEST);
  }

  @Test
  void isRefusedByAnotherCluster() throws IOException {
    try (GrpcMetadataClient stranger =
        new GrpcMetadataClient("prod", List.of(serve(new FakeMetadataService())))) {
      assertThatThrownBy(() -> stranger.checkQuorum(Duration.ofSeconds(5)))
          .isInstanceOf(MetadataUnavailableException.class)
          .hasMessageContaining("this is cluster demo");
    }
  }

  @Test
  void givesUpOnAQuorumAtTheDeadline() {
    own.quorum = false;
    other.quorum = false;

    assertThatThrownBy(() -> client.checkQuorum(Duration.ofSeconds(1)))
        .isInstanceOf(MetadataUnavailableException.class)
        .hasMessageContaining("no quorum");

    own.quorum = true;
    client.checkQuorum(Duration.ofSeconds(5));
  }

  @Test
  void joinsAndSeesOtherNodesComeAndGo() throws Exception {
    client.join(SELF, () -> Membership.Report.NONE, Duration.ofSeconds(10));

    assertThat(client.membership().nodes()).containsExactly(SELF);
    assertThat(client.membership().clusterId()).isEqualTo("c1");
    assertThat(client.membership().uploadKeys()).hasSize(1);
    long before = client.clusterTimeMillis();

    own.put(
        NodeReport.newBuilder()
            .setNodeId("n2")
            .setRegion("us-east")
            .setInternalAddress("127.0.0.1:5102")
            .build());
    eventually(() -> assertThat(client.membership().nodesIn(RegionId.parse("us-east"))).hasSize(1));
    assertThat(client.clusterTimeMillis()).isGreaterThanOrEqualTo(before);

    own.remove("n2");
    eventually(() -> assertThat(client.membership().nodes()).containsExactly(SELF));
  }

  @Test
  void knowsWhereBlobsMayBe() {
    CopyQueries.PlacementPolicy policy = client.getPolicy(REPOSITORY, Freshness.LOCAL);

    assertThat(policy)
        .isEqualTo(
            new CopyQueries.PlacementPolicy(
                100,
                Set.of(RegionId.parse("us-east")),
                Set.of(RegionId.parse("us-east"), REGION),
                2));
    assertThat(getBlob().only()).containsExactly(RegionId.parse("us-east"));
  }

  @Test
  void tellsWhatItKnowsAtOnceAndAgainLater() throws Exception {
    AtomicReference<Map<RegionId, Duration>> distances = new AtomicReference<>(Map.of());
    URI url = URI.create("https://eu.registry.example");
    client.join(
        SELF,
        () ->
            new Membership.Report(
                Optional.of(url),
                distances.get(),
                new Membership.Copying(1, 2, 3, 4),
                Optional.of(new Membership.Place(53.3, -6.2))),
        Duration.ofSeconds(10));

    assertThat(own.report("n1").getPublicUrl()).isEqualTo(url.toString());
    assertThat(own.report("n1").getDistancesList()).isEmpty();
    assertThat(own.report("n1").getReplication().getCopiedBytes()).isEqualTo(2);
    assertThat(own.report("n1").getPlace().getLongitude()).isEqualTo(-6.2);
    assertThat(client.membership().publicUrls()).containsExactly(Map.entry(REGION, url));

    distances.set(Map.of(RegionId.parse("us-east"), Duration.ofMillis(80)));
    eventually(() ->
        assertThat(own.report("n1").getDistancesList())
            .containsExactly(
                RegionDistance.newBuilder()
                    .setRegion("us-east")
                    .setRoundTripMicros(80_000)
                    .build()));
  }

  @Test
  void ignoresPublicUrlsThatAreNone() throws Exception {
    client.join(SELF, () -> Membership.Report.NONE, Duration.ofSeconds(10));
    for (String url : List.of("here", "ftp://eu.example", "https://my_host", "a b")) {
      own.put(
          NodeReport.newBuilder()
              .setNodeId(url)
              .setRegion("us-east")
              .setInternalAddress("127.0.0.1:5102")
              .setPublicUrl(url)
              .build());
      eventually(() ->
          assertThat(client.membership().nodes())
              .extracting(Membership.Member::nodeId)
              .contains(url));
      assertThat(client.membership().publicUrls()).isEmpty();
      own.remove(url);
    }
  }

  @Test
  void seesWhatOperatorsDrain() throws Exception {
    client.join(SELF, () -> Membership.Report.NONE, Duration.ofSeconds(10));
    assertThat(client.membership().drainedRegions()).isEmpty();

    own.drainRegion("us-east");
    eventually(() ->
        assertThat(client.membership().drainedRegions())
            .containsExactly(RegionId.parse("us-east")));

    own.drainNode("n1");
    eventually(() ->
        assertThat(client.membership().nodes())
            .containsExactly(new Membership.Member("n1", REGION, SELF.internalAddress(), true)));
  }

  @Test
  void opensItsSessionAnewWhenTheServerBreaksIt() throws Exception {
    client.join(SELF, () -> Membership.Report.NONE, Duration.ofSeconds(10));

    own.down = true;
    own.remove("n1");
    own.breakSessions();

    eventually(() -> assertThat(other.nodeIds()).containsExactly("n1"));
    eventually(() -> assertThat(client.membership().nodes()).containsExactly(SELF));
  }

  @Test
  void joinsElsewhereWhenItsServerIsInNoClusterItself() throws Exception {
    own.outsideOfItsCluster = true;

    client.join(SELF, () -> Membership.Report.NONE, Duration.ofSeconds(30));

    assertThat(other.nodeIds()).containsExactly("n1");
  }

  @Test
  void leavesWhenItIsClosed() throws Exception {
    client.join(SELF, () -> Membership.Report.NONE, Duration.ofSeconds(10));

    client.close();

    eventually(() -> assertThat(own.nodeIds()).isEmpty());
  }

  @Test
  void failsToJoinWhenNoServerAnswers() {
    own.down = true;
    other.failures.addAll(
        Collections.nCopies(1000, Status.UNAVAILABLE.withDescription("starting")));

    assertThatThrownBy(
            () -> client.join(SELF, () -> Membership.Report.NONE, Duration.ofMillis(300)))
        .isInstanceOf(MetadataUnavailableException.class)
        .hasMessageContaining("described the cluster within");
  }

  @Test
  void sendsEveryCommand() {
    RegionId region = REGION;
    List<MetadataCommand> commands =
        List.of(
            new MetadataCommand.CommitBlob(REPOSITORY, DIGEST, 1, region, "k", 2),
            new MetadataCommand.MountBlob(REPOSITORY, DIGEST, Optional.of(REPOSITORY)),
            new MetadataCommand.DeleteManifest(REPOSITORY, DIGEST),
            new MetadataCommand.DeleteBlob(REPOSITORY, DIGEST),
            new MetadataCommand.AddPlacement(DIGEST, region, "k", 1),
            new MetadataCommand.RemovePlacement(DIGEST, region, "k"),
            new MetadataCommand.DoomObjects(region, List.of("k")),
            new MetadataCommand.ConfirmDeletions(region, List.of("k")));

    commands.forEach(command -> client.execute(Caller.ANONYMOUS, command));

    Map<String, Long> sent =
        own.executed.stream()
            .collect(
                Collectors.groupingBy(
                    request -> request.getOperationCase().name(), Collectors.counting()));
    assertThat(sent)
        .hasSize(commands.size())
        .containsKeys("COMMIT_BLOB", "MOUNT_BLOB", "ADD_PLACEMENT", "CONFIRM_DELETIONS");
    assertThat(own.executed.getFirst().getCommitBlob().getSessionExpiresMs()).isEqualTo(2);
  }

  private void deleteTag(String tag) {
    client.execute(Caller.ANONYMOUS, new MetadataCommand.DeleteTag(REPOSITORY, TagName.parse(tag)));
  }

  private void listTags() {
    client.listTags(REPOSITORY, Optional.empty(), 10, Freshness.LINEARIZABLE);
  }

  private BlobEntry getBlob() {
    return client.getBlob(REPOSITORY, DIGEST, Freshness.LOCAL);
  }
}
