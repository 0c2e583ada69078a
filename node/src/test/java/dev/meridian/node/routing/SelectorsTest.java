package dev.meridian.node.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SelectorsTest {

  private static final RegionId AP = RegionId.parse("ap-south");
  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId US = RegionId.parse("us-east");

  private final List<Membership.Member> members = new ArrayList<>();
  private final Set<RegionId> drained = new HashSet<>();
  private final Map<RegionId, Duration> distances = new HashMap<>();
  private final RegionMap regions =
      new RegionMap(
          US,
          () -> new Membership("c", 0, members, List.of(), drained),
          () -> Map.copyOf(distances));

  private void join(String id, RegionId region) {
    members.add(new Membership.Member(id, region, "127.0.0.1:" + (5100 + members.size())));
  }

  private void drain(String id) {
    members.replaceAll(member ->
        member.nodeId().equals(id)
            ? new Membership.Member(id, member.region(), member.internalAddress(), true)
            : member);
  }

  @Test
  void everyNodeNamesTheSameOwner() {
    List<String> ids = List.of("n1", "n2", "n3");
    ids.forEach(id -> join(id, US));
    join("other", EU);

    for (Digest digest : digests(50)) {
      List<String> owners =
          ids.stream()
              .filter(id -> new OwnerSelector(regions, id).otherOwner(digest).isEmpty())
              .toList();
      assertThat(owners).hasSize(1);
      for (String id : ids) {
        assertThat(new OwnerSelector(regions, id).owns(digest.toString()))
            .isEqualTo(owners.contains(id));
      }
    }
  }

  @Test
  void theWholeClusterNamesTheSameOwnerAndItsSuccessor() {
    join("n1", US);
    join("n2", US);
    join("n3", EU);
    drain("n2");

    for (int i = 0; i < 50; i++) {
      String key = "key-" + i;
      ClusterOwners cluster = new OwnerSelector(regions, "n1").inCluster();
      PeerNode owner = cluster.owner(key).orElseThrow();
      PeerNode successor = cluster.successor(key, owner).orElseThrow();
      assertThat(new OwnerSelector(regions, "n3").inCluster().owner(key)).hasValue(owner);
      assertThat(successor).isNotEqualTo(owner);
      Membership.Member gone =
          members.stream()
              .filter(member -> member.nodeId().equals(owner.nodeId()))
              .findFirst()
              .orElseThrow();
      members.remove(gone);
      ClusterOwners without = new OwnerSelector(regions, "n1").inCluster();
      assertThat(without.owner(key)).hasValue(successor);
      assertThat(without.isLive(owner.nodeId())).isFalse();
      assertThat(without.isLive(successor.nodeId())).isTrue();
      members.add(gone);
    }
    members.clear();
    assertThat(new OwnerSelector(regions, "n1").inCluster().owner("key")).isEmpty();
  }

  @Test
  void ownershipSpreadsAndMovesOnlyFromTheNodeThatLeft() {
    List.of("n1", "n2", "n3", "n4").forEach(id -> join(id, US));
    Map<Digest, String> before = owners(400);
    assertThat(Set.copyOf(before.values())).hasSize(4);
    for (String id : List.of("n1", "n2", "n3", "n4")) {
      assertThat(before.values().stream().filter(id::equals).count()).isBetween(50L, 150L);
    }

    members.removeIf(member -> member.nodeId().equals("n2"));

    owners(400)
        .forEach((digest, owner) -> {
          if (!before.get(digest).equals("n2")) {
            assertThat(owner).isEqualTo(before.get(digest));
          }
        });
  }

  @Test
  void aDrainedNodeOwnsNothingWhileAnotherIsThere() {
    List.of("n1", "n2", "n3").forEach(id -> join(id, US));
    drain("n2");

    assertThat(Set.copyOf(owners(100).values())).containsExactlyInAnyOrder("n1", "n3");
    for (Digest digest : digests(20)) {
      assertThat(new OwnerSelector(regions, "n2").owns(digest.toString())).isFalse();
      assertThat(new OwnerSelector(regions, "n2").otherOwner(digest)).isPresent();
    }

    drain("n1");
    drain("n3");
    assertThat(Set.copyOf(owners(100).values())).containsExactlyInAnyOrder("n1", "n2", "n3");
  }

  @Test
  void aNodeThatKnowsNobodyOwnsAll() {
    assertThat(new OwnerSelector(regions, "n1").owns("anything")).isTrue();
    assertThat(new OwnerSelector(regions, "n1").otherOwner(digests(1).getFirst())).isEmpty();
  }

  @Test
  void regionsThatFailedLatelyComeLast() {
    AtomicLong now = new AtomicLong();
    ReplicaSelector selector = new ReplicaSelector(Comparator::naturalOrder, now::get);
    List<RegionId> all = List.of(US, EU, AP);
    assertThat(selector.order(all)).containsExactly(AP, EU, US);

    selector.failed(AP);
    assertThat(selector.order(all)).containsExactly(EU, US, AP);
    selector.failed(EU);
    selector.answered(AP);
    assertThat(selector.order(all)).containsExactly(AP, US, EU);

    now.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThat(selector.order(all)).containsExactly(AP, EU, US);
  }

  @Test
  void regionsWhoseStorageIsDownComeLastUntilItIsUp() {
    AtomicLong now = new AtomicLong();
    ReplicaSelector selector = new ReplicaSelector(Comparator::naturalOrder, now::get);

    selector.storageAnswers(AP, false);
    selector.answered(AP);
    now.addAndGet(Duration.ofHours(1).toNanos());
    assertThat(selector.order(List.of(US, EU, AP))).containsExactly(EU, US, AP);
    assertThat(selector.isFailing(AP)).isTrue();

    selector.storageAnswers(AP, true);
    assertThat(selector.order(List.of(US, EU, AP))).containsExactly(AP, EU, US);
    selector.failed(AP);
    selector.storageAnswers(AP, true);
    assertThat(selector.isFailing(AP)).as("that its storage is up says little").isTrue();
  }

  @Test
  void knowsTheOtherRegionsAndTheirNodes() {
    join("n1", US);
    join("n2", EU);
    join("n3", EU);
    join("n4", AP);

    assertThat(regions.others()).containsExactly(AP, EU);
    assertThat(regions.nodesIn(EU)).extracting(PeerNode::nodeId).containsExactly("n2", "n3");
    assertThat(regions.shuffledNodesIn(EU)).hasSize(2);
    assertThat(regions.nodesIn(AP)).containsExactly(new PeerNode("n4", AP, "127.0.0.1", 5103));
  }

  @Test
  void asksDrainedNodesOnlyWhereThereIsNoOther() {
    join("n1", EU);
    join("n2", EU);
    join("n3", AP);
    drain("n1");
    drain("n3");

    assertThat(regions.nodesIn(EU)).extracting(PeerNode::nodeId).containsExactly("n2");
    assertThat(regions.nodesIn(AP)).extracting(PeerNode::nodeId).containsExactly("n3");
  }

  @Test
  void turnsToDrainedRegionsLast() {
    join("n1", EU);
    join("n2", AP);
    join("n3", US);
    assertThat(regions.others()).containsExactly(AP, EU);
    drain("n2");
    assertThat(regions.others()).containsExactly(EU, AP);
    join("n4", AP);
    assertThat(regions.others()).containsExactly(AP, EU);
    drained.add(AP);
    assertThat(regions.others()).containsExactly(EU, AP);
    ReplicaSelector selector = new ReplicaSelector(regions::preference, () -> 0);
    assertThat(selector.order(List.of(AP, EU, US))).containsExactly(EU, US, AP);
    selector.failed(EU);
    assertThat(selector.order(List.of(AP, EU, US))).containsExactly(US, AP, EU);
  }

  @Test
  void turnsToTheNearestFirstAndToThoseAtUnknownDistanceAfterThem() {
    RegionId sa = RegionId.parse("sa-east");
    join("n1", EU);
    join("n2", AP);
    join("n3", sa);
    distances.put(sa, Duration.ofMillis(110));
    distances.put(EU, Duration.ofMillis(80));
    ReplicaSelector selector = new ReplicaSelector(regions::preference, () -> 0);
    assertThat(regions.others()).containsExactly(EU, sa, AP);
    assertThat(selector.order(List.of(AP, EU, sa))).containsExactly(EU, sa, AP);

    distances.put(AP, Duration.ofMillis(20));
    assertThat(selector.order(List.of(AP, EU, sa))).containsExactly(AP, EU, sa);
    drained.add(AP);
    assertThat(selector.order(List.of(AP, EU, sa))).containsExactly(EU, sa, AP);
    assertThat(regions.takesClients(AP)).isFalse();
    assertThat(regions.takesClients(EU)).isTrue();
    assertThat(regions.takesClients(RegionId.parse("nowhere"))).isFalse();
  }

  @Test
  void aDistanceIsTheSmallestOfTheLastMinute() {
    AtomicLong now = new AtomicLong();
    RegionDistances measured = new RegionDistances(now::get);
    measured.measured(EU, Duration.ofMillis(80));
    now.addAndGet(Duration.ofSeconds(40).toNanos());
    measured.measured(EU, Duration.ofMillis(95));
    measured.measured(AP, Duration.ofMillis(200));

    assertThat(measured.known())
        .isEqualTo(Map.of(EU, Duration.ofMillis(80), AP, Duration.ofMillis(200)));
    now.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(measured.known())
        .isEqualTo(Map.of(EU, Duration.ofMillis(95), AP, Duration.ofMillis(200)));
    now.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThat(measured.known()).isEmpty();
  }

  @Test
  void distancesFromElsewhereAreThoseLastToldWithinAMinute() {
    AtomicLong now = new AtomicLong();
    RegionDistances measured = new RegionDistances(now::get);
    assertThat(measured.from(EU)).isEmpty();
    measured.told(EU, Map.of(US, Duration.ofMillis(80), AP, Duration.ofMillis(130)));
    now.addAndGet(Duration.ofSeconds(40).toNanos());
    measured.told(EU, Map.of(AP, Duration.ofMillis(120)));
    assertThat(measured.from(EU)).isEqualTo(Map.of(AP, Duration.ofMillis(120)));
    assertThat(measured.known()).isEmpty();
    now.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThat(measured.from(EU)).isEmpty();
  }

  @Test
  void readsAddressesOfBothFamiliesAndRefusesOthers() {
    members.add(new Membership.Member("n1", US, "[::1]:5100"));
    assertThat(regions.nodesIn(US).getFirst().host()).isEqualTo("::1");
    members.set(0, new Membership.Member("n1", US, "nowhere"));
    assertThatThrownBy(() -> regions.nodesIn(US))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected host:port");
  }

  private Map<Digest, String> owners(int count) {
    Map<Digest, String> owners = new TreeMap<>();
    for (Digest digest : digests(count)) {
      owners.put(
          digest, new OwnerSelector(regions, "nobody").otherOwner(digest).orElseThrow().nodeId());
    }
    return owners;
  }

  private static List<Digest> digests(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Digest.of(Digest.Algorithm.SHA256, ByteBuffer.allocate(4).putInt(i).array()))
        .toList();
  }
}
