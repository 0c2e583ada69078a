package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.disk.ChangeRefusedException;
import dev.meridian.controlplane.disk.GroupMember;
import dev.meridian.controlplane.disk.UnavailableException;
import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.apache.ratis.protocol.exceptions.TransferLeadershipException;

/**
 * Changes of the group, one member at a time. All but the snapshot are made where this member
 * leads; elsewhere, or when the lead goes meanwhile, they end in {@link UnavailableException}, and
 * may have been made all the same. Each is safe to be asked for again.
 *
 * <p>A change after which no majority of voters would be in contact is refused ({@link
 * ChangeRefusedException}): the group could not even take it back.
 */
public final class MembershipChanges {

  /** A listener may be promoted when it is at most so far behind. */
  private static final Duration CAUGHT_UP = Duration.ofSeconds(2);

  /** How long the lead may take to go over, in times without contact. */
  private static final int LONGEST_TRANSFER = 4;

  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Supplier<RaftMember> running;
  private final Duration contact;

  /**
   * @param contact a member that does not answer for so long is out of contact
   */
  MembershipChanges(Supplier<RaftMember> running, Duration contact) {
    this.running = running;
    this.contact = contact;
  }

  /** Adds a listener; returns when it has the log and counts as a member. */
  public void add(GroupMember listener, Deadline deadline) {
    RaftStatus status = leading();
    if (status.members().stream().anyMatch(known -> known.member().equals(listener))) {
      return;
    }
    requireVacant(status, listener.region());
    change(status, Stream.concat(members(status), Stream.of(listener)).toList(), deadline);
  }

  /**
   * Checks that a region has no member yet.
   *
   * @throws ChangeRefusedException when it has
   */
  public void requireVacant(RegionId region) {
    requireVacant(leading(), region);
  }

  private static void requireVacant(RaftStatus status, RegionId region) {
    find(status, region)
        .ifPresent(taken -> {
          throw new ChangeRefusedException(
              "region "
                  + region
                  + " has a metadata server in the group, at "
                  + taken.member().address()
                  + ": remove it first if that one is gone for good");
        });
  }

  /** Removes a member; it stops by itself when it hears of it. */
  public void remove(RegionId region, Deadline deadline) {
    RaftStatus status = leading();
    RaftStatus.Member leaver = member(status, region);
    requireNotLeader(status, region, "removed");
    List<GroupMember> rest =
        members(status).filter(member -> !member.equals(leaver.member())).toList();
    requireSoon(deadline, seen -> requireQuorum(seen, rest, "without " + region));
    change(status, rest, deadline);
  }

  /** Gives a listener that has caught up a vote. */
  public void promote(RegionId region, Deadline deadline) {
    RaftStatus status = leading();
    RaftStatus.Member listener = member(status, region);
    if (!listener.member().listener()) {
      return;
    }
    List<GroupMember> next = replaced(status, region, GroupMember::asVoter);
    requireSoon(
        deadline,
        seen -> {
          requireCaughtUp(seen, region, "listener");
          requireQuorum(seen, next, "with the vote of " + region);
        });
    change(status, next, deadline);
  }

  /** Takes a voter's vote. */
  public void demote(RegionId region, Deadline deadline) {
    RaftStatus status = leading();
    if (member(status, region).member().listener()) {
      return;
    }
    requireNotLeader(status, region, "demoted");
    List<GroupMember> next = replaced(status, region, GroupMember::asListener);
    requireSoon(deadline, seen -> requireQuorum(seen, next, "without the vote of " + region));
    change(status, next, deadline);
  }

  /** Makes the voter of a region the leader; returns its term. */
  public long transferLeader(RegionId region, Deadline deadline) {
    RaftStatus status = leading();
    RaftStatus.Member next = member(status, region);
    if (next.member().listener()) {
      throw new ChangeRefusedException(
          "the metadata server of " + region + " is a listener: promote it first");
    }
    if (!next.member().equals(status.self())) {
      requireSoon(
          deadline,
          seen -> {
            if (!seen.answering().contains(next.member())) {
              throw new ChangeRefusedException(
                  "the metadata server of " + region + " does not answer: expected one that does");
            }
            requireCaughtUp(seen, region, "metadata server");
          });
    }
    // Meanwhile the leader refuses writes.
    Deadline soon = deadline.atMost(contact.multipliedBy(LONGEST_TRANSFER));
    answer(() -> running.get().transferLeader(next.member(), soon), deadline);
    return running.get().status().map(RaftStatus::term).orElse(status.term());
  }

  private static void requireCaughtUp(Seen seen, RegionId region, String what) {
    RaftStatus.Member member = member(seen.status(), region);
    if (!seen.answering().contains(member.member()) || member.lag().compareTo(CAUGHT_UP) > 0) {
      throw new ChangeRefusedException(
          "the "
              + what
              + " of "
              + region
              + " has not caught up: it is at entry "
              + member.commit()
              + " of "
              + seen.status().commit()
              + ", "
              + member.lag().toMillis()
              + " ms behind");
    }
  }

  /** Takes a snapshot of this member's store, also when one was taken a moment ago; its entry. */
  public long takeSnapshot(Deadline deadline) {
    RaftMember member = running.get();
    var unused = answer(() -> member.takeSnapshot(deadline), deadline);
    return member.newestCheckpoint();
  }

  /** A look at the group: who has answered since a change was asked for. */
  private record Seen(RaftStatus status, Set<GroupMember> answering) {}

  /**
   * Repeats a check until it passes, or until every member that is there has had time to answer.
   * What was heard before the change was asked for does not count: a member may have died since.
   */
  private void requireSoon(Deadline deadline, Consumer<Seen> check) {
    long begin = System.nanoTime();
    Deadline moment = deadline.atMost(contact);
    while (true) {
      try {
        check.accept(look(begin));
        return;
      } catch (ChangeRefusedException e) {
        if (moment.passed()) {
          throw e;
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private Seen look(long begin) {
    RaftStatus status = leading();
    Duration since = Duration.ofNanos(System.nanoTime() - begin);
    return new Seen(
        status,
        status.members().stream()
            .filter(member ->
                member.member().equals(status.self())
                    || member.lastContact().filter(ago -> ago.compareTo(since) < 0).isPresent())
            .map(RaftStatus.Member::member)
            .collect(Collectors.toSet()));
  }

  private RaftStatus leading() {
    return running
        .get()
        .status()
        .filter(RaftStatus::isLeader)
        .orElseThrow(() -> new UnavailableException("this metadata server does not lead"));
  }

  private static Stream<GroupMember> members(RaftStatus status) {
    return status.members().stream().map(RaftStatus.Member::member);
  }

  private static Optional<RaftStatus.Member> find(RaftStatus status, RegionId region) {
    return status.members().stream().filter(known -> known.region().equals(region)).findFirst();
  }

  private static RaftStatus.Member member(RaftStatus status, RegionId region) {
    return find(status, region)
        .orElseThrow(() ->
            new ChangeRefusedException(
                "region "
                    + region
                    + " has no metadata server in the group; it is "
                    + list(status)));
  }

  private static String list(RaftStatus status) {
    return members(status)
        .map(member -> member.region() + (member.listener() ? " (listener)" : ""))
        .collect(Collectors.joining(", "));
  }

  private static List<GroupMember> replaced(
      RaftStatus status, RegionId region, UnaryOperator<GroupMember> change) {
    return members(status)
        .map(member -> member.region().equals(region) ? change.apply(member) : member)
        .toList();
  }

  private static void requireNotLeader(RaftStatus status, RegionId region, String done) {
    if (status.self().region().equals(region)) {
      throw new ChangeRefusedException(
          "the metadata server of "
              + region
              + " leads and cannot be "
              + done
              + ": transfer the lead to another region first");
    }
  }

  private static void requireQuorum(Seen seen, List<GroupMember> next, String change) {
    List<GroupMember> voters = next.stream().filter(member -> !member.listener()).toList();
    Set<String> answering =
        seen.answering().stream().map(GroupMember::id).collect(Collectors.toSet());
    long present = voters.stream().filter(voter -> answering.contains(voter.id())).count();
    int majority = voters.size() / 2 + 1;
    if (present < majority) {
      throw new ChangeRefusedException(
          change
              + " the group would lose its quorum: "
              + present
              + " of "
              + voters.size()
              + " voters would be in contact, and it takes "
              + majority);
    }
  }

  private void change(RaftStatus status, List<GroupMember> next, Deadline deadline) {
    answer(() -> running.get().replace(members(status).toList(), next), deadline);
  }

  private static RaftClientReply answer(
      Supplier<CompletableFuture<RaftClientReply>> request, Deadline deadline) {
    try {
      while (true) {
        CompletableFuture<RaftClientReply> reply = request.get();
        try {
          return reply.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
          Throwable reason = reason(e.getCause());
          // A new leader first applies what those before it committed.
          if (!(reason instanceof LeaderNotReadyException) || deadline.passed()) {
            throw refusal(reason);
          }
          TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
      }
    } catch (TimeoutException e) {
      throw new UnavailableException("the change was not confirmed in time; it may be made yet", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while the change was made", e);
    }
  }

  private static Throwable reason(Throwable cause) {
    return cause instanceof CompletionException && cause.getCause() != null
        ? cause.getCause()
        : cause;
  }

  private static RuntimeException refusal(Throwable reason) {
    return switch (reason) {
      case ReconfigurationInProgressException e ->
          new ChangeRefusedException("another change of the group is under way: try again", e);
      case ReconfigurationTimeoutException e ->
          new ChangeRefusedException(
              "the metadata server that was to be added does not answer the leader", e);
      case SetConfigurationException e ->
          new ChangeRefusedException("the group refused the change: " + e.getMessage(), e);
      // The new leader was asked to stand for election; another one may have won it.
      case TransferLeadershipException e ->
          new UnavailableException("the lead was not transferred: " + e.getMessage(), e);
      default ->
          new UnavailableException("the change was not made: " + reason.getMessage(), reason);
    };
  }
}
