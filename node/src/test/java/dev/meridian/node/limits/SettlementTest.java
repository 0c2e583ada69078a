package dev.meridian.node.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.limits.LimitSettings.Classes;
import dev.meridian.node.limits.SimulatedNodes.SimulatedNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SettlementTest {

  private static final LimitKey ALICE = LimitKey.account("alice");

  private final SimulatedNodes cluster = new SimulatedNodes(pulls(100));

  private SimulatedNode owner;
  private SimulatedNode successor;
  private SimulatedNode third;

  private static LimitSettings pulls(int anHour) {
    return new LimitSettings(
        Classes.NONE,
        new Classes(Optional.of(new RateLimit(anHour, Duration.ofHours(1))), Optional.empty()),
        Optional.empty());
  }

  @BeforeEach
  void join() {
    cluster.join("n1");
    cluster.join("n2");
    cluster.join("n3");
    List<SimulatedNode> nodes = cluster.byOwnership(ALICE);
    owner = nodes.get(0);
    successor = nodes.get(1);
    third = nodes.get(2);
  }

  @Test
  void nodesGrantALimitTogetherAndNotEach() throws Exception {
    int granted = 0;
    for (int i = 0; i < 60; i++) {
      for (SimulatedNode node : List.of(owner, successor, third)) {
        granted += node.pulls(ALICE, 1);
        node.settle();
      }
    }

    // What the owner granted last, others heard of when they granted one more themselves.
    assertThat(granted).isBetween(100, 102);
  }

  @Test
  void whatIsGrantedTooMuchBetweenTwoSettlementsIsMissingLater() throws Exception {
    int granted = owner.pulls(ALICE, 60) + successor.pulls(ALICE, 60) + third.pulls(ALICE, 60);
    assertThat(granted).isEqualTo(180);
    cluster.settleAll();
    cluster.settleAll();

    // 80 too many come back at 100 an hour.
    assertThat(owner.limits.take(ALICE, LimitClass.PULLS))
        .isInstanceOfSatisfying(
            Verdict.Refused.class,
            refused ->
                assertThat(refused.retryAfter())
                    .isEqualTo(Duration.ofHours(1).multipliedBy(81).dividedBy(100)));
  }

  @Test
  void emptyingOneNodeAfterTheOtherGainsNothingInTheLongRun() throws Exception {
    int granted = 0;
    for (int minutes = 0; minutes < 200 * 60; minutes += 10) {
      for (SimulatedNode node : List.of(third, successor, owner)) {
        granted += node.pulls(ALICE, 1000);
        cluster.settleAll();
      }
      cluster.pass(Duration.ofMinutes(10));
    }

    // 200 hours of 100, and what was there at first, on each node.
    assertThat(granted).isBetween(20_000, 20_300);
  }

  @Test
  void burstsOnAllNodesGainNothingInTheLongRun() throws Exception {
    int granted = 0;
    for (int hours = 0; hours < 400; hours += 2) {
      granted += third.pulls(ALICE, 1000) + successor.pulls(ALICE, 1000) + owner.pulls(ALICE, 1000);
      cluster.settleAll();
      cluster.pass(Duration.ofHours(2));
    }

    assertThat(granted).isBetween(20_000, 40_300);
  }

  @Test
  void everyNodeThatUsesAKeyHearsWhatIsLeft() throws Exception {
    third.pulls(ALICE, 30);
    successor.pulls(ALICE, 20);
    owner.pulls(ALICE, 10);
    third.settle();
    successor.settle();
    owner.settle();

    assertThat(owner.remaining(ALICE)).isEqualTo(40);
    third.pulls(ALICE, 1);
    third.settle();
    assertThat(third.remaining(ALICE)).isEqualTo(39);
    assertThat(owner.remaining(ALICE)).isEqualTo(39);
  }

  @Test
  void whatWasGrantedWhileAReportIsOnItsWayStaysCounted() throws Exception {
    third.pulls(ALICE, 5);
    Allowance allowance =
        third.limits.open(new Allowance.Id(LimitClass.PULLS, ALICE)).orElseThrow();
    assertThat(allowance.cut()).isEqualTo(5);
    third.pulls(ALICE, 3);

    allowance.settled(owner.id, 60);

    assertThat(third.remaining(ALICE)).isEqualTo(57);
    assertThat(allowance.cut()).isEqualTo(3);
  }

  @Test
  void settlingAgainAndAgainCostsNothing() throws Exception {
    // Nodes do not look at the clock at the same time; what comes back between them is not lost.
    int granted = 0;
    for (int i = 0; i < 36_000; i++) {
      cluster.pass(Duration.ofMillis(70));
      granted += third.pulls(ALICE, 1);
      third.settle();
      cluster.pass(Duration.ofMillis(130));
      granted += successor.pulls(ALICE, 1);
      successor.settle();
    }

    // Two hours: what was there at first, and what came back.
    assertThat(granted).isBetween(298, 301);
  }

  @Test
  void onlyUsedKeysTravel() throws Exception {
    cluster.settleAll();
    assertThat(cluster.reports).hasValue(0);
    third.pulls(ALICE, 7);
    third.settle();
    assertThat(cluster.reports).hasValue(1);
    assertThat(cluster.lines).hasValue(1);
    owner.settle();
    // The owner tells its successor.
    assertThat(cluster.reports).hasValue(2);
    for (int i = 0; i < 5; i++) {
      cluster.settleAll();
    }
    assertThat(cluster.reports).hasValue(2);
    third.limits.peek(ALICE, LimitClass.PULLS);
    third.settle();
    assertThat(cluster.reports).hasValue(2);
  }

  @Test
  void manyKeysTravelInFewReports() throws Exception {
    for (int i = 0; i < 20_000; i++) {
      third.pulls(LimitKey.account("user-" + i), 1);
    }
    third.settle();

    // Two thirds are owned by others, one third is told to successors: 10,000 lines each.
    assertThat(cluster.reports.get()).isBetween(4, 6);
    assertThat(cluster.lines).hasValue(20_000);
  }

  @Test
  void goesOnWithWhatItKnowsWhileTheOwnerIsAway() throws Exception {
    third.pulls(ALICE, 10);
    third.settle();
    cluster.unreachable.add(owner.id);

    assertThat(third.pulls(ALICE, 50)).isEqualTo(50);
    third.settle();
    assertThat(third.pulls(ALICE, 100)).isEqualTo(40);
    third.settle();
    assertThat(owner.remaining(ALICE)).isEqualTo(90);
    cluster.unreachable.clear();
    third.settle();
    third.settle();

    assertThat(owner.remaining(ALICE)).isZero();
    cluster.pass(Duration.ofSeconds(36));
    assertThat(owner.pulls(ALICE, 100)).isEqualTo(1);
  }

  @Test
  void aReportWhoseAnswerIsLostCountsOnce() throws Exception {
    cluster.unheard.add(owner.id);
    third.pulls(ALICE, 10);
    for (int i = 0; i < 5; i++) {
      third.settle();
    }
    third.pulls(ALICE, 5);
    third.settle();
    assertThat(owner.remaining(ALICE)).isEqualTo(90);

    cluster.unheard.clear();
    third.settle();

    assertThat(owner.remaining(ALICE)).isEqualTo(85);
    assertThat(third.remaining(ALICE)).isEqualTo(85);
  }

  @Test
  void theSuccessorOfALostOwnerKnowsWhatItKnew() throws Exception {
    owner.pulls(ALICE, 90);
    owner.settle();

    cluster.leave(owner.id);

    int granted = 0;
    for (int i = 0; i < 20; i++) {
      granted += third.pulls(ALICE, 1);
      third.settle();
      successor.settle();
    }
    // One before it heard of the new owner.
    assertThat(granted).isBetween(10, 11);
    assertThat(successor.remaining(ALICE)).isZero();
  }

  @Test
  void aNewOwnerBeginsWithTheLowestThatIsKnown() throws Exception {
    third.pulls(ALICE, 50);
    third.settle();
    successor.pulls(ALICE, 20);
    successor.settle();
    third.pulls(ALICE, 1);
    third.settle();
    assertThat(third.remaining(ALICE)).isEqualTo(29);
    // The owner is lost before it has told its successor.
    cluster.leave(owner.id);

    third.pulls(ALICE, 1);
    third.settle();

    assertThat(successor.remaining(ALICE)).isEqualTo(28);
    assertThat(third.remaining(ALICE)).isEqualTo(28);
  }

  @Test
  void whatALostOwnerWasNotToldIsToldToTheNext() throws Exception {
    successor.pulls(ALICE, 10);
    successor.settle();
    owner.settle();
    cluster.unreachable.add(owner.id);
    third.pulls(ALICE, 10);
    third.settle();
    cluster.leave(owner.id);

    third.settle();

    assertThat(successor.remaining(ALICE)).isEqualTo(80);
    assertThat(third.remaining(ALICE)).isEqualTo(80);
  }

  @Test
  void anOwnerThatJoinsHearsFromTheOneBefore() throws Exception {
    List<LimitKey> keys = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      LimitKey key = LimitKey.account("user-" + i);
      keys.add(key);
      third.pulls(key, 95);
    }
    cluster.settleAll();
    cluster.settleAll();

    SimulatedNode joined = cluster.join("n4");
    cluster.settleAll();

    List<LimitKey> moved =
        keys.stream().filter(key -> cluster.byOwnership(key).getFirst() == joined).toList();
    assertThat(moved).hasSizeBetween(5, 30);
    assertThat(moved).allSatisfy(key -> assertThat(joined.remaining(key)).isEqualTo(5));
    assertThat(joined.pulls(moved.getFirst(), 100)).isEqualTo(5);
    cluster.settleAll();
    cluster.settleAll();
    int told = cluster.reports.get();
    cluster.settleAll();
    assertThat(cluster.reports).hasValue(told);
    // What is whole again need not be known to the next owner.
    cluster.pass(Duration.ofHours(1));
    cluster.leave(joined.id);
    cluster.settleAll();
    assertThat(cluster.reports).hasValue(told);
  }

  @Test
  void tellsWhatItKnowsWhenItStops() throws Exception {
    owner.settlement.start();
    third.settlement.start();
    owner.pulls(ALICE, 40);
    third.pulls(ALICE, 30);
    third.settlement.close();
    owner.settlement.close();
    cluster.leave(owner.id);
    cluster.leave(third.id);

    assertThat(successor.remaining(ALICE)).isEqualTo(30);
  }

  @Test
  void noGrantIsLostOrCountedTwiceWhileAllGoOn() throws Exception {
    SimulatedNodes busy = new SimulatedNodes(pulls(100_000));
    List<SimulatedNode> nodes = List.of(busy.join("n1"), busy.join("n2"), busy.join("n3"));
    SimulatedNode keeper = busy.byOwnership(ALICE).getFirst();
    AtomicInteger working = new AtomicInteger();
    List<Thread> clients = new ArrayList<>();
    for (SimulatedNode node : nodes) {
      for (int i = 0; i < 4; i++) {
        working.incrementAndGet();
        clients.add(
            Thread.ofVirtual()
                .start(() -> {
                  assertThat(node.pulls(ALICE, 5_000)).isEqualTo(5_000);
                  working.decrementAndGet();
                }));
      }
    }
    for (int round = 0; working.get() > 0; round++) {
      // Every third answer of the owner gets lost.
      if (round % 3 == 0) {
        busy.unheard.add(keeper.id);
      } else {
        busy.unheard.clear();
      }
      busy.settleAll();
    }
    for (Thread each : clients) {
      each.join();
    }
    busy.unheard.clear();
    busy.settleAll();
    busy.settleAll();

    assertThat(keeper.remaining(ALICE)).isEqualTo(40_000);
  }

  @Test
  void aClusterOfOneSettlesWithItself() throws Exception {
    cluster.leave(successor.id);
    cluster.leave(third.id);

    assertThat(owner.pulls(ALICE, 200)).isEqualTo(100);
    owner.settle();
    assertThat(owner.remaining(ALICE)).isZero();
    assertThat(cluster.reports).hasValue(0);
  }
}
