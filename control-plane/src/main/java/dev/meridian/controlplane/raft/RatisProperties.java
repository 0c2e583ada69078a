package dev.meridian.controlplane.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis' configuration of a member and of its client. */
final class RatisProperties {

  /** The largest log entry: a command with a manifest of 4 MiB, and room. */
  static final SizeInBytes ENTRY_LIMIT = SizeInBytes.valueOf("8MB");

  private static final Duration ALONE = Duration.ofMillis(10);

  private RatisProperties() {}

  /**
   * The configuration of a member.
   *
   * @param alone whether its group has no other: then it need not listen for one first
   */
  static RaftProperties server(RaftSettings settings, boolean alone, Path storage) {
    RaftProperties properties = new RaftProperties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(storage.toFile()));
    ListenAddress address = ListenAddress.parse("metadata.raft.addr", settings.self().address());
    GrpcConfigKeys.Server.setHost(properties, address.host());
    GrpcConfigKeys.Server.setPort(properties, address.port());
    GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf("64MB"));
    setElections(properties, settings.electionTimeout(), alone);
    setReads(properties);
    setLog(properties, settings);
    setSnapshots(properties, settings);
    // After a pause this long a server closes itself while the process lives on without it
    // (FACTS 11): a laptop that slept must go on.
    RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(365, TimeUnit.DAYS));
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        properties, TimeDuration.valueOf(60, TimeUnit.SECONDS));
    return properties;
  }

  private static void setElections(RaftProperties properties, Duration timeout, boolean alone) {
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(timeout));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(timeout.multipliedBy(2)));
    Duration first = alone ? ALONE : timeout.multipliedBy(6).dividedBy(10);
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(first));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(first.multipliedBy(2)));
    RaftServerConfigKeys.LeaderElection.setPreVote(properties, true);
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        properties, millis(timeout.multipliedBy(2)));
  }

  private static void setReads(RaftProperties properties) {
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    // Without the lease an isolated leader answers without having asked anybody (FACTS 2).
    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, true);
    RaftServerConfigKeys.Read.setTimeout(properties, TimeDuration.valueOf(5, TimeUnit.SECONDS));
  }

  private static void setLog(RaftProperties properties, RaftSettings settings) {
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, ENTRY_LIMIT);
    // How long a leader waits after each failure. By default it is 5 s after thirty, so that a
    // server that was away for some seconds came back and got nothing for as long again.
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(
        properties, "1ms,10, 200ms," + (Integer.MAX_VALUE - 10));
    // Must hold the largest entry and its frame.
    RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf("9MB"));
    RaftServerConfigKeys.Log.setSegmentSizeMax(
        properties, SizeInBytes.valueOf(settings.segmentBytes()));
    RaftServerConfigKeys.Log.setPreallocatedSize(
        properties, SizeInBytes.valueOf(Math.min(settings.segmentBytes(), 4 << 20)));
    // Entries in memory; who is further behind is served from the files. 200 MB by default.
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, SizeInBytes.valueOf("32MB"));
    // Without it a follower learns of a commit only by the next heartbeat (FACTS 2).
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, true);
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    // What stays is counted in bytes, by the state machine.
    RaftServerConfigKeys.Log.setPurgePreservationLogNum(properties, 0);
    RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
  }

  private static void setSnapshots(RaftProperties properties, RaftSettings settings) {
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    // Asked after every entry, the state machine decides.
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, 1);
    // A leader that was sending to a server that stopped notices it only after once or twice the
    // time-out times the chunks under way, and leaves the server without entries until then (up
    // to 48 s by default). These want 1 MB/s and allow 40 MB/s over 100 ms.
    RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(
        properties, SizeInBytes.valueOf("1MB"));
    GrpcConfigKeys.Server.setInstallSnapshotRequestElementLimit(properties, 4);
    GrpcConfigKeys.Server.setInstallSnapshotRequestTimeout(
        properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
    // The start takes one; stopping is to be fast.
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
  }

  static RaftProperties client() {
    RaftProperties properties = new RaftProperties();
    GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf("64MB"));
    RaftClientConfigKeys.Rpc.setRequestTimeout(properties, millis(LeaderClient.PATIENCE));
    return properties;
  }

  private static TimeDuration millis(Duration duration) {
    return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
  }
}
