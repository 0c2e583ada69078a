package dev.meridian.node.http;

import dev.meridian.model.Revision;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.RevisionTracking;
import dev.meridian.node.registry.RevisionTracking.Seen;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * {@code Meridian-Min-Revision}: the request waits until metadata is at least there. {@code
 * Meridian-Revision}: how far it was when the request was answered, also with an error.
 */
final class RevisionHeaders {

  private static final String REVISION = "Meridian-Revision";

  private final Supplier<String> clusterId;

  RevisionHeaders(Supplier<String> clusterId) {
    this.clusterId = clusterId;
  }

  /** What the request asks for. */
  Seen asked(Request request) {
    return new Seen(request.header("Meridian-Min-Revision").map(this::number).orElse(0L));
  }

  /** Tells what the request was answered from, if it was metadata. */
  static Response told(Response response, Seen seen) {
    return response.with(REVISION, seen.newest());
  }

  /** What another node, to which the request was passed on, told with its answer. */
  static void passOn(Map<String, List<String>> headers) {
    headers
        .getOrDefault(REVISION.toLowerCase(Locale.ROOT), List.of())
        .forEach(revision -> RevisionTracking.SEEN.get().see(Revision.parse(revision)));
  }

  private long number(String header) {
    Revision revision;
    try {
      revision = Revision.parse(header);
    } catch (IllegalArgumentException e) {
      throw RegistryError.UNSUPPORTED.because("Meridian-Min-Revision: " + e.getMessage(), e);
    }
    if (!revision.cluster().equals(clusterId.get()) || revision.group() != RevisionTracking.GROUP) {
      throw RegistryError.UNSUPPORTED.because(
          "Meridian-Min-Revision is of another cluster than this one");
    }
    return revision.number();
  }
}
