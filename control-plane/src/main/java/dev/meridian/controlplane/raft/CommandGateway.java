package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.raft.CommandQueue.QueuedCommand;
import dev.meridian.proto.log.Command;
import dev.meridian.proto.log.CommandOutcome;
import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of commands into the log. Many travel in one entry, since Ratis writes some thousand
 * entries a second whatever is in them (FACTS 5).
 *
 * <p>Commands are sent in the order in which they came; those that wait together may come into the
 * log in another. Up to {@link #IN_FLIGHT} entries are under way; while all are, commands gather
 * for the next. While some are, an entry follows the one before it after {@link #PACE} at the
 * earliest: a command that comes alone goes at once, and many cost few entries. {@link #execute}
 * may be called by any number of threads.
 */
public final class CommandGateway implements AutoCloseable {

  /** Commands of one entry at most. */
  static final int ENTRY_COMMANDS = 512;

  /** Bytes of one entry at most; a command that is larger travels alone. */
  static final int ENTRY_BYTES = 1 << 20;

  /** Entries under way at most. */
  static final int IN_FLIGHT = 16;

  /** What a command may wait for others to travel with; small beside a round trip. */
  private static final Duration PACE = Duration.ofMillis(2);

  private static final Logger log = LoggerFactory.getLogger(CommandGateway.class);

  private final EntrySender sender;
  private final LongFunction<CompletableFuture<Void>> applied;
  private final CommitTimer timer;
  private final Pause pause;
  private final Duration pace;
  private final CommandQueue queue = new CommandQueue();
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
  private final Thread pump;

  /** What became of a command. */
  public sealed interface Result {

    /** It was applied, here too; a rejection is an outcome. */
    record Decided(CommandOutcome outcome) implements Result {}

    /** It never went to the log. */
    record NotSubmitted(String reason) implements Result {}

    /** It may be applied, now or later, or not at all: it may be sent again under its id. */
    record Unknown(String reason) implements Result {}
  }

  /** Puts entries into the log, in any order. */
  interface EntrySender extends AutoCloseable {

    /**
     * Sends an entry to the leader. Completes with an outcome for each of its commands when the
     * leader has applied it; exceptionally when that is not known: the entry may be in the log, and
     * its commands may be sent again under their ids.
     */
    CompletableFuture<Outcomes> send(Entry entry);

    @Override
    void close();
  }

  /** Told how long each entry took from sending to its outcome. */
  @FunctionalInterface
  public interface CommitTimer {
    void committed(Duration time);
  }

  /** Lets a thread wait. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  /**
   * @param applied completes when this server has applied a revision
   */
  CommandGateway(
      EntrySender sender, LongFunction<CompletableFuture<Void>> applied, CommitTimer timer) {
    this(sender, applied, timer, Thread::sleep, PACE);
  }

  CommandGateway(
      EntrySender sender,
      LongFunction<CompletableFuture<Void>> applied,
      CommitTimer timer,
      Pause pause,
      Duration pace) {
    this.sender = sender;
    this.applied = applied;
    this.timer = timer;
    this.pause = pause;
    this.pace = pace;
    this.pump = Thread.ofVirtual().name("command-gateway").start(this::pump);
  }

  /**
   * Sends a command and waits for its outcome, until this server has applied it too.
   *
   * <p>After {@link Result.Unknown} the same command may be sent again: it is applied once.
   */
  public Result execute(Command command, Deadline deadline) {
    QueuedCommand queued = new QueuedCommand(command);
    if (!queue.offer(queued)) {
      return new Result.NotSubmitted("too many commands are waiting, or the server is stopping");
    }
    try {
      return queued.result().get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return queued.giveUp("no outcome in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return queued.giveUp("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void pump() {
    try {
      long lastSent = System.nanoTime();
      while (true) {
        // First the permit, then the commands: they gather as long as no entry may be sent.
        inFlight.acquire();
        Duration early = pace.minusNanos(System.nanoTime() - lastSent);
        if (inFlight.availablePermits() < IN_FLIGHT - 1 && early.isPositive()) {
          pause.of(early);
        }
        List<QueuedCommand> batch = queue.take();
        if (batch.isEmpty()) {
          return;
        }
        send(batch);
        lastSent = System.nanoTime();
      }
    } catch (InterruptedException e) {
      log.debug("stopped");
    } finally {
      queue.close("the server is stopping");
    }
  }

  private void send(List<QueuedCommand> batch) {
    Entry.Builder entry = Entry.newBuilder();
    batch.forEach(queued -> entry.addCommands(queued.command()));
    long started = System.nanoTime();
    submit(entry.build())
        .whenComplete((outcomes, failure) -> {
          inFlight.release();
          if (failure != null) {
            lose(batch, failure);
          } else {
            timer.committed(Duration.ofNanos(System.nanoTime() - started));
            answer(batch, outcomes);
          }
        });
  }

  private CompletableFuture<Outcomes> submit(Entry entry) {
    try {
      return sender.send(entry);
    } catch (RuntimeException e) {
      // It must not end the pump, and it may have come after the entry was sent.
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void lose(List<QueuedCommand> batch, Throwable failure) {
    log.debug("lost sight of an entry with {} commands", batch.size(), failure);
    batch.forEach(queued -> queued.complete(new Result.Unknown("the leader did not answer")));
  }

  private void answer(List<QueuedCommand> batch, Outcomes outcomes) {
    if (outcomes.getOutcomesCount() != batch.size()) {
      lose(
          batch,
          new IllegalStateException(
              batch.size() + " commands, " + outcomes.getOutcomesCount() + " outcomes"));
      return;
    }
    long newest = 0;
    for (var outcome : outcomes.getOutcomesList()) {
      newest = Math.max(newest, outcome.getRevision());
    }
    List<QueuedCommand> commands = new ArrayList<>(batch);
    applied
        .apply(newest)
        .thenRun(() -> {
          for (int i = 0; i < commands.size(); i++) {
            commands.get(i).complete(new Result.Decided(outcomes.getOutcomes(i)));
          }
        });
  }

  /** Commands that wait for their entry. */
  int waiting() {
    return queue.length();
  }

  /** Commands that were not sent are answered so; the others' outcome is unknown. */
  @Override
  public void close() {
    pump.interrupt();
    queue.close("the server is stopping");
    sender.close();
  }
}
