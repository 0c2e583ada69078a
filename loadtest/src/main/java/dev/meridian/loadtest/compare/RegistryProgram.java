package dev.meridian.loadtest.compare;

import java.io.IOException;
import java.nio.file.Path;

/** A registry that can be started from nothing. */
interface RegistryProgram {

  /** Starts it on free ports of the loopback interface, with all its data in a fresh directory. */
  ServerProcess start(Path directory) throws IOException;
}
