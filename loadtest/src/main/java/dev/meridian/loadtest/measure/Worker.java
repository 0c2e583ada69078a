package dev.meridian.loadtest.measure;

import dev.meridian.loadtest.oci.OciClient;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One of the concurrent users of a target: its clients and its own recorder. */
public final class Worker implements Closeable {

  private final List<OciClient> clients = new ArrayList<>();
  private final Target target;
  private final int id;
  private final LatencyRecorder recorder = new LatencyRecorder();

  /** Connects to the target's first address. */
  Worker(Target target, int id) throws IOException {
    this.target = target;
    this.id = id;
    for (int i = 0; i < target.origins().size(); i++) {
      clients.add(target.newClient(i));
    }
    client().open();
  }

  /** Tells this worker from the target's others of the same round; from 0. */
  public int id() {
    return id;
  }

  /** The client of the target's first address. */
  public OciClient client() {
    return clients.getFirst();
  }

  /** The client of one of the target's addresses. */
  public OciClient client(int address) {
    return clients.get(address);
  }

  /** The target itself, for operations that need clients of their own. */
  public Target target() {
    return target;
  }

  /** Where steps within an operation and events are noted. */
  public LatencyRecorder recorder() {
    return recorder;
  }

  @Override
  public void close() throws IOException {
    for (OciClient client : clients) {
      client.close();
    }
  }
}
