package dev.meridian.controlplane.raft;

import dev.meridian.proto.log.Entry;
import dev.meridian.proto.log.Outcomes;
import java.util.concurrent.CompletableFuture;

/** Puts entries into the log, in the order in which they are sent. */
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
