package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.apply.CommandApplier;
import dev.meridian.controlplane.disk.ChangeRefusedException;
import dev.meridian.controlplane.disk.DataDirectory;
import dev.meridian.controlplane.disk.Enrolment;
import dev.meridian.controlplane.disk.GroupMember;
import dev.meridian.controlplane.disk.Halt;
import dev.meridian.controlplane.disk.LiveDatabase;
import dev.meridian.controlplane.disk.Remedy;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.controlplane.disk.UnfitDataException;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A region's place in the Raft group, with the store that it keeps.
 *
 * <p>Its directory says how it came into the group. As long as it says nothing, the server takes no
 * part: it is to {@link #found} a cluster with others, or to {@link #join} one. From then on it
 * starts whether or not the others are there, and waits for a majority in the background.
 */
public final class RaftNode implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RaftNode.class);

  private final RaftSettings settings;
  private final RaftTls tls;
  private final CommandApplier applier;
  private final Halt halt;
  private final DataDirectory directory;
  private final LiveDatabase live;
  private final AppliedRevision applied = new AppliedRevision();
  private final CommandGateway gateway;
  private final Barrier barrier;
  private final MembershipChanges changes;
  private volatile Optional<RaftMember> member = Optional.empty();
  private volatile boolean closed;

  /**
   * Takes the data directory; nothing runs before {@link #start}.
   *
   * @param tls how other members are known
   * @throws UnfitDataException when the directory belongs to another server
   */
  public RaftNode(
      RaftSettings settings,
      RaftTls tls,
      CommandApplier applier,
      Halt halt,
      CommandGateway.CommitTimer timer)
      throws IOException {
    this.settings = settings;
    this.tls = tls;
    this.applier = applier;
    this.halt = halt;
    this.directory = DataDirectory.claim(settings.data(), settings.cluster(), settings.region());
    this.live = new LiveDatabase(directory.store(), halt);
    ListenAddress.parse("metadata.raft.addr", settings.self().address())
        .requireLoopbackUnless(tls.isMutual(), "metadata.raft.addr")
        // Ratis ends the process when it cannot listen.
        .requireFree("metadata.raft.addr");
    LeaderClient leaderClient =
        LeaderClient.of(RatisProperties.client(), tls.parameters(), this::running);
    this.gateway = new CommandGateway(leaderClient, applied::reached, timer);
    // A heartbeat comes every half of it.
    this.changes = new MembershipChanges(this::running, settings.electionTimeout().multipliedBy(2));
    this.barrier = new Barrier(this::readIndex, Barrier.IMPATIENCE, System::nanoTime);
  }

  /**
   * Whether the directory says how the server came into its group.
   *
   * @throws UnfitDataException when the group has removed it
   */
  public boolean isEnrolled() throws IOException {
    return enrolment().isPresent();
  }

  private Optional<Enrolment> enrolment() throws IOException {
    if (directory.isRemoved()) {
      throw new UnfitDataException(
          "this metadata server was removed from its cluster: to bring the region back, empty "
              + directory.root()
              + ", start it again, and add it with meridianctl raft add");
    }
    return directory.enrolment(
        settings.region(),
        settings.members().stream()
            .collect(Collectors.toMap(RaftSettings.Member::region, RaftSettings.Member::address)));
  }

  /**
   * The regions with which this server founds a cluster, as long as it has not started; empty when
   * it need not wait for anybody.
   */
  public List<RegionId> awaitedFounders() throws IOException {
    if (Files.exists(directory.raft())) {
      return List.of();
    }
    return enrolment().stream()
        .filter(enrolment -> enrolment.self().equals(settings.region().value()))
        .flatMap(enrolment -> enrolment.group().stream())
        .map(GroupMember::region)
        .filter(region -> !region.equals(settings.region()))
        .toList();
  }

  /** Notes, to last, that the server founds a cluster with all that are configured. */
  public void enrolFounder() throws IOException {
    directory.enrolFounder(settings.members().stream().map(RaftSettings.Member::region).toList());
  }

  /**
   * Comes into a group as a listener, under an id of its own, and starts. Once it has done so it
   * stays who it is, whatever the members are that it is told again.
   *
   * @throws ChangeRefusedException when it is in another group
   */
  public synchronized GroupMember join(UUID groupId, List<GroupMember> members) throws IOException {
    if (member.isEmpty()) {
      if (enrolment().isEmpty()) {
        GroupMember self = GroupMember.newcomer(settings.region(), settings.self().address());
        List<GroupMember> group = new ArrayList<>(members);
        group.add(self);
        directory.enrol(new Enrolment(groupId, self.id(), group));
      }
      start();
    }
    if (!groupId().equals(groupId)) {
      throw new ChangeRefusedException(
          "the metadata server of "
              + settings.region()
              + " is of another cluster of this name, which was backed up or restored: empty "
              + directory.root()
              + " first");
    }
    return running().self();
  }

  /** The group of which this server is a member. */
  public UUID groupId() {
    return running().groupId().getUuid();
  }

  /**
   * Opens the store and takes part in the group.
   *
   * @throws UnfitDataException when log and store do not fit together, or the group has removed the
   *     server
   */
  public synchronized void start() throws IOException {
    Enrolment enrolment =
        enrolment()
            .orElseThrow(() ->
                new IllegalStateException("the server has neither founded nor joined a group"));
    try {
      boolean alone = isAlone(enrolment);
      if (!alone && Files.exists(directory.raft())) {
        awaitEndOfLease();
      }
      start(enrolment, alone);
    } catch (IOException | RuntimeException e) {
      close();
      Throwable cause = e;
      while (cause instanceof CompletionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof UnfitDataException refused) {
        throw refused;
      }
      throw new IOException(
          "cannot start the metadata server of "
              + settings.region()
              + ": "
              + cause.getMessage()
              + "; "
              + Remedy.after(cause, directory.root()),
          cause);
    }
  }

  /** Whether the group has no other member; it may have grown since this server came into it. */
  private boolean isAlone(Enrolment enrolment) throws IOException {
    Path log = directory.raft().resolve(enrolment.groupId().toString()).resolve("current");
    return StoredLog.committedMembers(log).orElse(enrolment.group().size()) == 1;
  }

  private void start(Enrolment enrolment, boolean alone) throws IOException {
    RaftMember next =
        new RaftMember(
            settings,
            tls,
            enrolment,
            alone,
            directory,
            new MetadataStateMachine(
                enrolment.self(),
                settings,
                directory,
                live,
                applier,
                applied,
                halt,
                this::demoted));
    member = Optional.of(next);
    next.start();
  }

  /**
   * A leader answers reads by itself for nearly an election time-out after a majority last answered
   * it. A voter that comes back has forgotten that it did, and would help to elect another one
   * meanwhile (FACTS 11).
   */
  private void awaitEndOfLease() throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(settings.electionTimeout().toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the end of a lease");
    }
  }

  /**
   * Ratis makes a listener a voter while it runs, but not a voter a listener: it would stand for
   * election and shut itself down when it finds that it may not. So it starts again.
   */
  private void demoted() {
    Thread.startVirtualThread(() -> {
      try {
        restart();
      } catch (IOException | RuntimeException e) {
        halt.halt("cannot start again as a listener", e);
      }
    });
  }

  private synchronized void restart() throws IOException {
    if (closed) {
      return;
    }
    log.info("the metadata server of {} has no vote any more: starting again", settings.region());
    stopMember();
    start(enrolment().orElseThrow(), false);
  }

  /** The region whose server this is. */
  public RegionId region() {
    return settings.region();
  }

  /** The store, for reading. */
  public LiveDatabase live() {
    return live;
  }

  /** How far the store is. */
  public AppliedRevision applied() {
    return applied;
  }

  /** The way of commands into the log. */
  public CommandGateway gateway() {
    return gateway;
  }

  /** Makes reads of the store linearizable. */
  public Barrier barrier() {
    return barrier;
  }

  /** Changes of the group, where this member leads it. */
  public MembershipChanges changes() {
    return changes;
  }

  /** Where the log and the store are. */
  public Path data() {
    return directory.root();
  }

  /** Whether the member takes part in its group. */
  public boolean isRunning() {
    return live.isOpen() && division().map(d -> d.getInfo().isAlive()).orElse(false);
  }

  /**
   * Checks that the member takes part in its group.
   *
   * @throws UnavailableException when it does not, not yet or not any more
   */
  public void requireMember() {
    if (!isRunning()) {
      throw new UnavailableException(
          "the metadata server of " + settings.region() + " takes part in no group at the moment");
    }
  }

  /** Whether the group has removed this server while it ran. */
  public boolean isRemoved() {
    try {
      return directory.isRemoved();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + directory.root(), e);
    }
  }

  /** Log entries with commands that were applied since the start. */
  public long entriesAppliedSinceStart() {
    return running().appliedSinceStart();
  }

  /** Whether this member is the leader and has applied what leaders before it committed. */
  public boolean isLeaderReady() {
    return division().map(d -> d.getInfo().isLeaderReady()).orElse(false);
  }

  /** What this member knows of its group; empty before the start and after the end. */
  public Optional<RaftStatus> status() {
    return live.isOpen() ? member.flatMap(RaftMember::status) : Optional.empty();
  }

  private RaftMember running() {
    return member.orElseThrow(() ->
        new UnavailableException(
            "the metadata server of " + settings.region() + " is in no group yet"));
  }

  private Optional<RaftServer.Division> division() {
    return member.flatMap(RaftMember::division);
  }

  private CompletableFuture<?> readIndex() {
    return running().readIndex();
  }

  private void stopMember() {
    member.ifPresent(RaftMember::close);
    member = Optional.empty();
    live.close();
  }

  /** Leaves the group until the next start; reads that are under way end first. */
  @Override
  public void close() {
    closed = true;
    gateway.close();
    stopMember();
  }
}
