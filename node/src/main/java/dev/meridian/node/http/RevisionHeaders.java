package dev.meridian.node.http;

import dev.meridian.model.Revision;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.RevisionTracking.Seen;
import java.util.function.Supplier;

/**
 * {@code Meridian-Min-Revision}: the request waits until metadata is at least there. {@code
 * Meridian-Revision}: how far it was when the request was answered.
 */
final class RevisionHeaders {

  /** All repositories are in one Raft group. */
  private static final int GROUP = 0;

  private final Supplier<String> clusterId;

  RevisionHeaders(Supplier<String> clusterId) {
    this.clusterId = clusterId;
  }

  /** What the request asks for. */
  Seen asked(Request request) {
    return new Seen(request.header("Meridian-Min-Revision").map(this::number).orElse(0L));
  }

  /** Tells what the request was answered from, if it was metadata. */
  void tell(Response response, Seen seen) {
    if (seen.highest() > 0) {
      response.with(
          "Meridian-Revision", new Revision(clusterId.get(), GROUP, seen.highest()).toString());
    }
  }

  private long number(String header) {
    Revision revision;
    try {
      revision = Revision.parse(header);
    } catch (IllegalArgumentException e) {
      throw RegistryError.UNSUPPORTED.because("Meridian-Min-Revision: " + e.getMessage(), e);
    }
    if (!revision.cluster().equals(clusterId.get()) || revision.group() != GROUP) {
      throw RegistryError.UNSUPPORTED.because(
          "Meridian-Min-Revision is of another cluster than this one");
    }
    return revision.number();
  }
}
