package dev.meridian.controlplane.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.meridian.controlplane.apply.CommandApplier;
import dev.meridian.controlplane.disk.DataDirectory;
import dev.meridian.controlplane.disk.DurableFiles;
import dev.meridian.controlplane.disk.Halt;
import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.disk.Remedy;
import dev.meridian.controlplane.store.LogPosition;
import dev.meridian.controlplane.store.MetadataDb;
import dev.meridian.controlplane.store.StoreException;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store as Ratis sees it.
 *
 * <p>Entries are applied one after the other by Ratis' updater thread, which also takes checkpoints
 * and puts a received snapshot in place. An entry is applied before {@link #applyTransaction}
 * returns: Ratis would answer a read past an entry whose future is still open, and would go on with
 * the next entry after one that failed (FACTS 11). Therefore whatever is thrown halts the process.
 */
final class MetadataStateMachine extends BaseStateMachine {

  private static final Logger log = LoggerFactory.getLogger(MetadataStateMachine.class);

  private final String self;
  private final DataDirectory directory;
  private final LiveDatabase live;
  private final Checkpoints checkpoints;
  private final RaftSettings settings;
  private final CommandApplier applier;
  private final AppliedRevision applied;
  private final Halt halt;
  private final Runnable demoted;
  private final AtomicLong appliedSinceStart = new AtomicLong();
  private final AtomicBoolean snapshotDemanded = new AtomicBoolean();
  private LogRetention retention;
  private volatile boolean stopping;
  private volatile boolean leaving;

  /**
   * @param self Raft id of this member
   * @param demoted called when the group has taken this member's vote; must not block
   */
  MetadataStateMachine(
      String self,
      RaftSettings settings,
      DataDirectory directory,
      LiveDatabase live,
      CommandApplier applier,
      AppliedRevision applied,
      Halt halt,
      Runnable demoted) {
    this.self = self;
    this.demoted = demoted;
    this.directory = directory;
    this.live = live;
    this.settings = settings;
    this.checkpoints =
        new Checkpoints(
            directory.checkpoints(),
            directory.incoming(),
            settings.checkpointInterval(),
            settings.checkpointAge(),
            InstantSource.system());
    this.applier = applier;
    this.applied = applied;
    this.halt = halt;
  }

  @Override
  public void initialize(RaftServer server, RaftGroupId group, RaftStorage storage)
      throws IOException {
    super.initialize(server, group, storage);
    getLifeCycle().startAndTransition(() -> open(storage), IOException.class);
  }

  private void open(RaftStorage storage) throws IOException {
    checkpoints.open();
    live.open();
    Optional<Checkpoints.Checkpoint> newest = checkpoints.refresh();
    if (newest.isPresent() && newest.get().position().compareTo(live.writable().position()) > 0) {
      // The process ended between receiving a snapshot and installing it.
      installReceived(newest.get());
    }
    LogPosition position = live.writable().position();
    Path logDirectory = storage.getStorageDir().getCurrentDir().toPath();
    retention = new LogRetention(logDirectory, settings.logBytes(), settings.laggingLogBytes());
    StoredLog.read(logDirectory).verify(position, live.base(), directory.root());
    if (position.index() >= 0) {
      // Ratis replays what follows the newest snapshot, whatever the store says it has (FACTS 1).
      checkpoints.take(live.writable());
    }
    resume(live.writable());
  }

  /** One that arrived damaged is dropped: the leader sends another. */
  private void installReceived(Checkpoints.Checkpoint checkpoint) throws IOException {
    try {
      install(checkpoint);
    } catch (StoreException e) {
      log.error("the snapshot {} cannot be used and is dropped", checkpoint.directory(), e);
      DurableFiles.delete(checkpoint.directory());
      checkpoints.refresh();
    }
  }

  private void install(Checkpoints.Checkpoint checkpoint) throws IOException {
    // Ratis has not flushed what it received.
    DurableFiles.syncAll(checkpoint.directory());
    live.install(checkpoint.directory(), checkpoint.position().index());
    log.info("installed the snapshot at entry {}", checkpoint.position());
  }

  private void resume(MetadataDb db) {
    LogPosition position = db.position();
    retention.begin(position.index());
    setLastAppliedTermIndex(TermIndex.valueOf(position.term(), position.index()));
    applied.advance(db.revision());
  }

  /** Ratis puts a received snapshot in place now and then calls {@link #reinitialize}. */
  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    try {
      getLifeCycle().startAndTransition(this::reload, IOException.class);
    } catch (IOException | RuntimeException e) {
      halt.halt(
          "cannot install the snapshot that was received, " + Remedy.after(e, directory.root()), e);
      throw e;
    }
  }

  private void reload() throws IOException {
    Checkpoints.Checkpoint newest =
        checkpoints
            .refresh()
            .orElseThrow(
                () -> new IllegalStateException("no snapshot in " + directory.checkpoints()));
    install(newest);
    resume(live.writable());
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto entry = transaction.getLogEntry();
    LogPosition position = new LogPosition(entry.getTerm(), entry.getIndex());
    Outcomes outcomes;
    try {
      MetadataDb db = live.writable();
      outcomes = applier.apply(db, position, commands(entry));
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      appliedSinceStart.incrementAndGet();
      applied.advance(db.revision());
    } catch (Throwable e) {
      halt.halt(
          "cannot apply entry "
              + position
              + " to "
              + directory.store()
              + ", "
              + Remedy.after(e, directory.root()),
          e);
      // Only where the process does not end, in tests: Ratis must not go on with the next entry.
      throw new IllegalStateException("halted at entry " + position, e);
    }
    return CompletableFuture.completedFuture(
        Message.valueOf(UnsafeByteOperations.unsafeWrap(outcomes.toByteArray())));
  }

  private static Entry commands(LogEntryProto entry) throws InvalidProtocolBufferException {
    return Entry.parseFrom(entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer());
  }

  /** A barrier: that it is answered is the answer. */
  @Override
  public CompletableFuture<Message> query(Message request) {
    return CompletableFuture.completedFuture(Message.EMPTY);
  }

  /** The inherited one may wait for ever (FACTS 1), and nobody asks. */
  @Override
  public CompletableFuture<Message> queryStale(Message request, long minIndex) {
    return CompletableFuture.failedFuture(
        new UnsupportedOperationException("stale reads go to the store"));
  }

  /**
   * Entries without commands, of Ratis' own, move the position in memory only; it is written with
   * the next entry or checkpoint. After a crash they are replayed, which changes nothing.
   *
   * @return up to where Ratis may purge the log: it uses what it takes for the checkpoint's index
   *     for nothing else
   */
  @Override
  public long takeSnapshot() throws IOException {
    boolean demanded = snapshotDemanded.getAndSet(false);
    TermIndex position = getLastAppliedTermIndex();
    if (!demanded && !(checkpoints.due() && hasGrown(position.getIndex()))) {
      return RaftLog.INVALID_LOG_INDEX;
    }
    try {
      MetadataDb db = live.writable();
      db.recordPosition(new LogPosition(position.getTerm(), position.getIndex()));
      checkpoints.take(db);
    } catch (StoreException e) {
      throw new IOException("cannot take a checkpoint at entry " + position, e);
    }
    return retention.purgeable(position.getIndex(), slowestMember());
  }

  /** Whether enough was written since the last checkpoint for another. */
  private boolean hasGrown(long index) throws IOException {
    checkpoints.triedNow();
    SnapshotInfo newest = checkpoints.getLatestSnapshot();
    long since = newest == null ? -1 : newest.getIndex();
    return index - since >= settings.checkpointEntries()
        || retention.bytesAfter(since) >= settings.logBytes();
  }

  /** Newest entry that all others have, where this member leads; empty where not. */
  private OptionalLong slowestMember() {
    return Optional.ofNullable(division().getInfo().getFollowerMatchIndices()).stream()
        .flatMapToLong(Arrays::stream)
        .min();
  }

  /** The next snapshot that Ratis asks for is taken, however soon after the last one. */
  void demandSnapshot() {
    snapshotDemanded.set(true);
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return checkpoints;
  }

  /** The group changed: this member may have lost its vote, or its place. */
  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    boolean wasMember =
        contains(configuration.getOldPeersList()) || contains(configuration.getOldListenersList());
    boolean isMember =
        contains(configuration.getPeersList()) || contains(configuration.getListenersList());
    if (wasMember && !isMember) {
      leaveForGood();
      return;
    }
    // First the role: when a listener gets its vote, the configuration changes before it.
    boolean listens = division().getInfo().getCurrentRole() == RaftPeerRole.LISTENER;
    if (!listens && isListener()) {
      listenFromNowOn();
    }
  }

  private boolean contains(List<RaftPeerProto> peers) {
    return peers.stream().anyMatch(peer -> peer.getId().toStringUtf8().equals(self));
  }

  /**
   * Ratis has closed its server because it stood for election and may not: the leader told it that
   * it was removed, or its own log says that it is a listener.
   */
  @Override
  public void notifyServerShutdown(RoleInfoProto role, boolean allServer) {
    if (allServer || stopping || leaving) {
      return;
    }
    if (isListener()) {
      listenFromNowOn();
    } else {
      leaveForGood();
    }
  }

  /** Whether the newest configuration that this member has gives it no vote. */
  private boolean isListener() {
    RaftConfiguration configuration = division().getRaftConf();
    RaftPeerId id = RaftPeerId.valueOf(self);
    return configuration.getPeer(id, RaftPeerRole.LISTENER) != null
        && configuration.getPeer(id, RaftPeerRole.FOLLOWER) == null;
  }

  private void listenFromNowOn() {
    if (!leaving) {
      leaving = true;
      demoted.run();
    }
  }

  private void leaveForGood() {
    leaving = true;
    try {
      directory.markRemoved();
    } catch (IOException e) {
      halt.halt("cannot note in " + directory.root() + " that this server was removed", e);
    }
    log.warn(
        "this metadata server was removed from its cluster; {} is of no use any more",
        directory.root());
  }

  private RaftServer.Division division() {
    try {
      return getServer().join().getDivision(getGroupId());
    } catch (IOException e) {
      throw new UncheckedIOException("no division of group " + getGroupId(), e);
    }
  }

  /** The log could not be written: what this server acknowledges from now on would be lost. */
  @Override
  public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
    if (!stopping) {
      halt.halt(
          "cannot write the Raft log in "
              + directory.raft()
              + ", "
              + Remedy.after(cause, directory.root()),
          cause);
    }
  }

  /** From now on Ratis may close this state machine. */
  void stopping() {
    stopping = true;
  }

  /**
   * Why Ratis closes its server, if it has a good reason, its election says when that has ended.
   */
  @Override
  public void close() {
    if (!stopping && !leaving) {
      CompletableFuture.delayedExecutor(10, TimeUnit.SECONDS).execute(this::haltUnlessLeaving);
    }
  }

  private void haltUnlessLeaving() {
    if (!stopping && !leaving) {
      halt.halt(
          "Ratis closed its server by itself; see the messages before this one",
          new IllegalStateException("closed"));
    }
  }

  /** Entries with commands that were applied since the start. */
  long appliedSinceStart() {
    return appliedSinceStart.get();
  }
}
