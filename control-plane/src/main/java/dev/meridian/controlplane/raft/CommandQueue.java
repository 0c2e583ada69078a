package dev.meridian.controlplane.raft;

import dev.meridian.controlplane.raft.CommandGateway.Result;
import dev.meridian.proto.log.Command;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Commands that wait for their entry, in the order in which they came; bounded in bytes. */
final class CommandQueue {

  /** While there is no leader, commands wait for seconds; their manifests must not fill memory. */
  static final long MAX_BYTES = 64L << 20;

  /**
   * A manifest's deletion is small and touches up to tens of thousands of rows; those of an entry
   * are held in memory until it is written. A put carries what it touches.
   */
  private static final int DELETION_WEIGHT = CommandGateway.ENTRY_BYTES / 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final ArrayDeque<QueuedCommand> commands = new ArrayDeque<>();
  private long bytes;
  private boolean closed;

  /** False when the queue is full or closed. */
  boolean offer(QueuedCommand command) {
    lock.lock();
    try {
      if (closed || bytes + command.size() > MAX_BYTES) {
        return false;
      }
      bytes += command.size();
      commands.add(command);
      filled.signal();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the commands of the next entry; none when the queue is closed. */
  List<QueuedCommand> take() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        List<QueuedCommand> batch = drain();
        if (!batch.isEmpty() || closed) {
          return batch;
        }
        filled.await();
      }
    } finally {
      lock.unlock();
    }
  }

  int length() {
    lock.lock();
    try {
      return commands.size();
    } finally {
      lock.unlock();
    }
  }

  private List<QueuedCommand> drain() {
    List<QueuedCommand> batch = new ArrayList<>();
    int size = 0;
    while (!commands.isEmpty() && batch.size() < CommandGateway.ENTRY_COMMANDS) {
      QueuedCommand next = commands.peek();
      if (!batch.isEmpty() && size + next.weight() > CommandGateway.ENTRY_BYTES) {
        break;
      }
      commands.remove();
      bytes -= next.size();
      if (next.claim()) {
        batch.add(next);
        size += next.weight();
      }
    }
    return batch;
  }

  /** Takes no more; those that wait are answered as not submitted. */
  void close(String reason) {
    List<QueuedCommand> waiting;
    lock.lock();
    try {
      closed = true;
      waiting = new ArrayList<>(commands);
      commands.clear();
      bytes = 0;
      filled.signalAll();
    } finally {
      lock.unlock();
    }
    waiting.forEach(command -> command.giveUp(reason));
  }

  /** A command on its way. Whether it was sent is settled once: by the sender, or by giving up. */
  static final class QueuedCommand {

    private final Command command;
    private final int size;
    private final CompletableFuture<Result> result = new CompletableFuture<>();
    private final AtomicBoolean settled = new AtomicBoolean();

    QueuedCommand(Command command) {
      this.command = command;
      this.size = command.getSerializedSize();
    }

    Command command() {
      return command;
    }

    /** In bytes. */
    int size() {
      return size;
    }

    /** What it takes of an entry's bytes. */
    int weight() {
      return command.hasDeleteManifest() ? Math.max(size, DELETION_WEIGHT) : size;
    }

    CompletableFuture<Result> result() {
      return result;
    }

    /** Whether it is to be sent: nobody has given it up. */
    boolean claim() {
      return settled.compareAndSet(false, true);
    }

    /** Nobody waits any longer: it is not sent if that is still in time. */
    Result giveUp(String reason) {
      complete(
          settled.compareAndSet(false, true)
              ? new Result.NotSubmitted(reason)
              : new Result.Unknown(reason));
      return result.join();
    }

    /** The first answer counts. */
    void complete(Result answer) {
      result.complete(answer);
    }
  }
}
