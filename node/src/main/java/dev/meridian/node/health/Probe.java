package dev.meridian.node.health;

/** One question about something that may have failed. */
interface Probe {

  /** Returns when it is well, and throws when it is not; may block for longer than is waited. */
  void check() throws Exception;
}
