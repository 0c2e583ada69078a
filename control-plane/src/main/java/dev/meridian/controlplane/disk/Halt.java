package dev.meridian.controlplane.disk;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process whose state can no longer be trusted: an entry that this replica failed to apply
 * must never be skipped. Tests replace it.
 */
@FunctionalInterface
public interface Halt {

  /** Exit status of a halted process. */
  int STATUS = 70;

  /** Logs why, and ends the process without running shutdown hooks. */
  void halt(String reason, Throwable cause);

  /** The real one. */
  static Halt process() {
    Logger log = LoggerFactory.getLogger(Halt.class);
    return (reason, cause) -> {
      try {
        log.error("halting: {}", reason, cause);
      } finally {
        Runtime.getRuntime().halt(STATUS);
      }
    };
  }
}
