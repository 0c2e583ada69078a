package dev.meridian.controlplane.cli.access;

import dev.meridian.proto.admin.AuditEvent;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** Events of the audit, each a line. */
final class AuditLines {

  private AuditLines() {}

  static String json(AuditEvent event) {
    return JsonMapper.shared()
            .createObjectNode()
            .put("revision", event.getRevision())
            .put("time", time(event))
            .put("principal", event.getPrincipal())
            .put("region", event.getRegion())
            .put("address", event.getAddress())
            .put("action", event.getAction())
            .put("repository", event.getRepository())
            .put("target", event.getTarget())
            .put("detail", event.getDetail())
            .put("refused", event.getRefused())
            .toString()
        + "\n";
  }

  /** Without control characters: what others chose must not draw on the operator's screen. */
  static String text(AuditEvent event) {
    return List.of(
                time(event),
                event.getRegion(),
                event.getPrincipal().isEmpty() ? "anonymous" : event.getPrincipal(),
                event.getAddress(),
                event.getAction(),
                event.getRepository(),
                event.getTarget(),
                event.getDetail(),
                event.getRefused().isEmpty() ? "" : "REFUSED: " + event.getRefused())
            .stream()
            .filter(part -> !part.isEmpty())
            .map(part -> part.replaceAll("\\p{Cntrl}+", " "))
            .collect(Collectors.joining("  "))
        + "\n";
  }

  private static String time(AuditEvent event) {
    return Instant.ofEpochSecond(event.getTime().getSeconds(), event.getTime().getNanos())
        .toString();
  }
}
