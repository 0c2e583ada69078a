package dev.meridian.loadtest.measure;

import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.oci.Authorizer;
import dev.meridian.loadtest.oci.OciClient;
import java.util.List;

/**
 * A registry to measure: a name for the report, its addresses (one per region, the first is used
 * where a scenario needs only one), and its processes on this machine, if any.
 */
public record Target(String name, List<Origin> origins, Authorizer authorizer, List<Long> pids) {

  public Target {
    origins = List.copyOf(origins);
    pids = List.copyOf(pids);
  }

  /** A new client of the first address. */
  public OciClient newClient() {
    return newClient(0);
  }

  /** A new client of one of the addresses. */
  public OciClient newClient(int address) {
    return new OciClient(origins.get(address), authorizer);
  }
}
