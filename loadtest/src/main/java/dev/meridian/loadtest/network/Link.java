package dev.meridian.loadtest.network;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way from one region to another. What travels on it takes its time; on a cut link it waits
 * until the cut is healed, as with TCP, which repeats what was lost.
 */
final class Link {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Duration delay = Duration.ZERO;
  private boolean cut;

  void delay(Duration oneWay) {
    lock.lock();
    try {
      delay = oneWay;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void cut() {
    lock.lock();
    try {
      cut = true;
    } finally {
      lock.unlock();
    }
  }

  void heal() {
    lock.lock();
    try {
      cut = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when what was sent at that time ({@link System#nanoTime}) arrives. */
  void travel(long sent) throws InterruptedException {
    lock.lock();
    try {
      long left = sent + delay.toNanos() - System.nanoTime();
      while (cut || left > 0) {
        if (cut) {
          changed.await();
        } else {
          boolean unused = changed.await(left, TimeUnit.NANOSECONDS);
        }
        left = sent + delay.toNanos() - System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }
}
