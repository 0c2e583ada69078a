package dev.meridian.loadtest.scenario;

import dev.meridian.loadtest.measure.Workload;
import dev.meridian.loadtest.site.Site;
import java.io.IOException;

/** A kind of work. One object serves all targets; what belongs to a target is in its workload. */
public interface Scenario {

  /** The name on the command line. */
  String name();

  /** How many connections it uses unless told otherwise. */
  int connections();

  /** How many addresses a target must have. */
  default int addresses() {
    return 1;
  }

  /**
   * Brings to a target what the work needs, outside of the measured time, and tells the site's
   * leftovers what is to be deleted at the end.
   */
  Workload prepare(Site site) throws IOException;
}
