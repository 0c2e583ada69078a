package dev.meridian.node.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.RegionId;
import dev.meridian.node.metadata.Membership;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DrainWatchTest {

  private static final RegionId US = RegionId.parse("us-east");
  private static final Duration NOTICE = Duration.ofSeconds(20);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final DrainWatch watch = new DrainWatch(US, "n1", NOTICE, now::get);

  private static Membership view(boolean drained, RegionId... drainedRegions) {
    return new Membership(
        "c",
        0,
        List.of(
            new Membership.Member("n1", US, "127.0.0.1:1", drained),
            new Membership.Member("n2", US, "127.0.0.1:2", true)),
        List.of(),
        Set.of(drainedRegions));
  }

  @Test
  void takesNewWorkUntilTheNoticeIsOver() {
    watch.see(view(false));
    assertThat(watch.nodeDrained()).isFalse();
    assertThat(watch.takesNewWork()).isTrue();

    watch.see(view(true));
    assertThat(watch.nodeDrained()).isTrue();
    assertThat(watch.takesNewWork()).isTrue();

    now.addAndGet(NOTICE.toNanos() - 1);
    watch.see(view(true));
    assertThat(watch.takesNewWork()).isTrue();
    now.addAndGet(1);
    assertThat(watch.takesNewWork()).isFalse();
  }

  @Test
  void worksAgainAtOnceWhenItIsResumedAndHasANewNoticeNextTime() {
    watch.see(view(true));
    now.addAndGet(NOTICE.toNanos());
    assertThat(watch.takesNewWork()).isFalse();

    watch.see(view(false));
    assertThat(watch.nodeDrained()).isFalse();
    assertThat(watch.takesNewWork()).isTrue();

    watch.see(view(true));
    assertThat(watch.takesNewWork()).isTrue();
  }

  @Test
  void staysDrainedWhileThePlaneDoesNotNameIt() {
    watch.see(view(true));
    watch.see(new Membership("c", 0, List.of(), List.of(), Set.of()));
    assertThat(watch.nodeDrained()).isTrue();
  }

  @Test
  void knowsWhetherItsOwnRegionIsDrained() {
    watch.see(view(false, RegionId.parse("eu-west")));
    assertThat(watch.regionDrained()).isFalse();
    watch.see(view(false, US));
    assertThat(watch.regionDrained()).isTrue();
    assertThat(watch.takesNewWork()).isTrue();
    watch.see(view(false));
    assertThat(watch.regionDrained()).isFalse();
  }
}
