package dev.meridian.controlplane.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.RegionId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.ratis.conf.RaftProperties;
import org.junit.jupiter.api.Test;

class RaftSettingsTest {

  private static RaftSettings settings(Duration roundTrip) {
    RegionId region = RegionId.parse("us-east");
    return RaftSettings.of(
        "demo",
        region,
        Path.of("data"),
        List.of(new RaftSettings.Member(region, "127.0.0.1:5300")),
        roundTrip);
  }

  @Test
  void pinsWhatRatisIsTold() {
    RaftProperties properties =
        RatisProperties.server(settings(Duration.ofMillis(100)), false, Path.of("data/raft"));
    assertThat(properties.get("raft.server.rpc.timeout.min")).isEqualTo("500ms");
    assertThat(properties.get("raft.server.rpc.timeout.max")).isEqualTo("1000ms");
    assertThat(properties.get("raft.server.rpc.first-election.timeout.min")).isEqualTo("300ms");
    assertThat(properties.get("raft.server.rpc.first-election.timeout.max")).isEqualTo("600ms");
    assertThat(properties.get("raft.server.leaderelection.pre-vote")).isEqualTo("true");
    assertThat(properties.get("raft.server.read.option")).isEqualTo("LINEARIZABLE");
    assertThat(properties.get("raft.server.read.leader.lease.enabled")).isEqualTo("true");
    assertThat(properties.get("raft.server.log.log-metadata.enabled")).isEqualTo("true");
    assertThat(properties.get("raft.server.log.appender.buffer.byte-limit")).isEqualTo("8MB");
    assertThat(properties.get("raft.server.log.appender.retry.policy"))
        .isEqualTo("1ms,10, 200ms,2147483637");
    assertThat(properties.get("raft.server.log.write.buffer.size")).isEqualTo("9MB");
    assertThat(properties.get("raft.server.log.purge.preservation.log.num")).isEqualTo("0");
    assertThat(properties.get("raft.server.log.purge.upto.snapshot.index")).isEqualTo("true");
    assertThat(properties.get("raft.server.snapshot.auto.trigger.enabled")).isEqualTo("true");
    assertThat(properties.get("raft.server.snapshot.auto.trigger.threshold")).isEqualTo("1");
    assertThat(properties.get("raft.server.close.threshold")).isEqualTo("365day");
    assertThat(properties.get("raft.grpc.server.host")).isEqualTo("127.0.0.1");
    assertThat(properties.get("raft.grpc.server.port")).isEqualTo("5300");
  }

  @Test
  void aServerThatIsAloneDoesNotListenForALeaderFirst() {
    RaftProperties properties =
        RatisProperties.server(settings(Duration.ofMillis(100)), true, Path.of("data/raft"));
    assertThat(properties.get("raft.server.rpc.first-election.timeout.min")).isEqualTo("10ms");
    assertThat(properties.get("raft.server.rpc.first-election.timeout.max")).isEqualTo("20ms");
    assertThat(properties.get("raft.server.rpc.timeout.min")).isEqualTo("500ms");
  }

  @Test
  void electionTimeOutsFollowFromTheRoundTripButNotBelowAPauseOfTheProcess() {
    assertThat(settings(Duration.ofMillis(200)).electionTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings(Duration.ofMillis(1)).electionTimeout()).isEqualTo(Duration.ofMillis(300));
  }

  @Test
  void refusesARegionThatIsNoMember() {
    assertThatThrownBy(() ->
            RaftSettings.of(
                "demo",
                RegionId.parse("us-east"),
                Path.of("data"),
                List.of(),
                Duration.ofMillis(100)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("metadata.peers");
  }

  @Test
  void refusesAddressesThatOthersCouldReach() {
    assertThatThrownBy(() ->
            ListenAddress.parse("metadata.addr", "0.0.0.0:5200")
                .requireLoopbackUnless(false, "metadata.addr"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("metadata.addr")
        .hasMessageContaining("loopback");
    assertThat(ListenAddress.parse("metadata.addr", "0.0.0.0:5200"))
        .extracting(address -> address.requireLoopbackUnless(true, "metadata.addr"))
        .isEqualTo(new ListenAddress("0.0.0.0", 5200));
    assertThat(ListenAddress.parse("metadata.addr", "[::1]:5200"))
        .isEqualTo(new ListenAddress("::1", 5200));
    assertThatThrownBy(() -> ListenAddress.parse("metadata.addr", "localhost"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected host:port");
  }
}
