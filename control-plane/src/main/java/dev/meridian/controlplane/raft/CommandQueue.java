package dev.meridian.controlplane.raft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Commands that wait for their entry, in the order in which they came; bounded in bytes. */
final class CommandQueue {

  /** While there is no leader, commands wait for seconds; their manifests must not fill memory. */
  static final long MAX_BYTES = 64L << 20;

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
      if (!batch.isEmpty() && size + next.size() > CommandGateway.ENTRY_BYTES) {
        break;
      }
      commands.remove();
      bytes -= next.size();
      if (next.claim()) {
        batch.add(next);
        size += next.size();
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
}
