package dev.meridian.node.fetch;

import io.github.bucket4j.BlockingBucket;
import io.github.bucket4j.Bucket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** Lets so many bytes pass in a second; those who take more wait. */
public interface Throttle {

  /** What passes in a second passes in so many parts, after each of which hurry is noticed. */
  int SLICES = 10;

  /** Lets everything pass. */
  Throttle NONE = (bytes, hurried) -> {};

  /**
   * Returns when so many bytes may pass.
   *
   * @param hurried asked again and again: whether somebody waits for the bytes, so that the rest
   *     passes at once
   */
  void take(long bytes, BooleanSupplier hurried) throws IOException;

  /** The same, when nobody can come to wait for them. */
  default void take(long bytes) throws IOException {
    take(bytes, () -> false);
  }

  /**
   * This process's part of a rate, with bursts of a second.
   *
   * @param bytesPerSecond of all who share it together; empty: no limit
   * @param sharers how many share it now, at least 1
   */
  static Throttle of(OptionalLong bytesPerSecond, IntSupplier sharers) {
    if (bytesPerSecond.isEmpty()) {
      return NONE;
    }
    long rate = bytesPerSecond.getAsLong();
    BlockingBucket bucket =
        Bucket.builder()
            .addLimit(limit -> limit.capacity(rate).refillGreedy(rate, Duration.ofSeconds(1)))
            .build()
            .asBlocking();
    long slice = Math.max(1, rate / SLICES);
    return (bytes, hurried) -> {
      long left = bytes * sharers.getAsInt();
      while (left > 0 && !hurried.getAsBoolean()) {
        long part = Math.min(left, slice);
        consume(bucket, part);
        left -= part;
      }
    };
  }

  private static void consume(BlockingBucket bucket, long bytes) throws IOException {
    try {
      bucket.consume(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a share of the link");
    }
  }
}
