package dev.meridian.node.peer;

import java.time.Duration;

/**
 * Bounds of what nodes ask of one another.
 *
 * @param connect until a connection is made
 * @param answer until the head of an answer has come, after the request's body was sent
 * @param progress without a byte in either direction before a transfer is given up
 * @param connections to one node at a time; further requests wait
 */
public record PeerSettings(Duration connect, Duration answer, Duration progress, int connections) {

  public static final PeerSettings DEFAULTS =
      new PeerSettings(Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(30), 1024);

  /**
   * For what the other node itself waits for: it gives up on one source and turns to the next
   * before we give up on it.
   */
  PeerSettings behindAnother() {
    return new PeerSettings(connect, answer.multipliedBy(3), progress.multipliedBy(3), connections);
  }

  PeerSettings withAnswer(Duration bound) {
    return new PeerSettings(connect, bound, progress, connections);
  }
}
