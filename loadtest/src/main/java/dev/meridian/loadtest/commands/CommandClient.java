package dev.meridian.loadtest.commands;

import dev.meridian.loadtest.measure.OutstandingLane.Submission;
import java.io.IOException;

/** Sends small commands to one server over one HTTP/2 connection, as a node or a program does. */
public interface CommandClient extends Submission, AutoCloseable {

  /**
   * Puts there what the commands need; to be called once, before the first.
   *
   * @throws IOException when the server refuses it or does not answer
   */
  void prepare() throws IOException;

  @Override
  void close();
}
