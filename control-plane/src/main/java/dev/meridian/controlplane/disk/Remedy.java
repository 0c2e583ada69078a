package dev.meridian.controlplane.disk;

import dev.meridian.controlplane.store.StoreException;
import java.nio.file.Path;

/** What an operator can do after a failure of this server's disk or files. */
public final class Remedy {

  private static final String NO_SPACE = "No space left on device";

  private Remedy() {}

  /** A sentence to end a message with. */
  public static String after(Throwable failure, Path data) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StoreException store && store.isDamaged()) {
        return "the files in " + data + " are damaged: " + startAnew(data);
      }
      if (cause.getMessage() != null && cause.getMessage().contains(NO_SPACE)) {
        return "the disk of " + data + " is full: free space and start this server again";
      }
    }
    return "start this server again; if that does not help, " + startAnew(data);
  }

  /** For a server whose files are of no use. */
  public static String startAnew(Path data) {
    return "remove "
        + data
        + ", so that this server comes back as a new one, with meridianctl raft remove and raft add"
        + " (README, \"A region is lost\")";
  }
}
