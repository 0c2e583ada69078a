package dev.meridian.controlplane.cli.access;

import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.controlplane.cli.output.OutputFormat;
import dev.meridian.proto.admin.AuditEvent;
import dev.meridian.proto.admin.ListAuditReply;
import dev.meridian.proto.admin.ListAuditRequest;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Who did what. */
@Command(name = "audit", description = "Who did what, and who was refused: tail, export.")
public final class AuditCommands {

  private static final int PAGE = 1_000;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Invocation invocation;
  private final AccessCalls calls;

  public AuditCommands(Invocation invocation) {
    this.invocation = invocation;
    this.calls = new AccessCalls(invocation);
  }

  @Command(name = "tail", description = "Shows the newest events.")
  void tail(
      @Option(
              names = "-n",
              paramLabel = "N",
              defaultValue = "20",
              description = "So many; default ${DEFAULT-VALUE}.")
          int count,
      @Option(
              names = "--follow",
              description = "Goes on with what comes, a line each, until it is interrupted.")
          boolean follow) {
    if (count < 1) {
      throw invocation.wrongUsage("-n: expected a number from 1 on");
    }
    List<AuditEvent> newest = newest(count);
    if (!follow) {
      invocation.printer().list("events", newest.stream().map(Descriptions::event).toList());
      return;
    }
    long last = 0;
    List<AuditEvent> next = newest;
    while (print(next)) {
      last = next.isEmpty() ? last : next.getLast().getRevision();
      pause();
      next = page(last).getEventsList();
    }
  }

  @Command(
      name = "export",
      description = "Writes events as JSON, one a line, the oldest first.",
      footer = {"  meridianctl audit export --after 120000 --to audit.jsonl"})
  void export(
      @Option(
              names = "--after",
              paramLabel = "REVISION",
              defaultValue = "0",
              description = "Those of later revisions; by default all.")
          long after,
      @Option(names = "--to", paramLabel = "FILE", description = "By default standard output.")
          Optional<Path> file) {
    if (file.isEmpty()) {
      export(after, line -> invocation.print(line));
      return;
    }
    long events;
    try (BufferedWriter out = Files.newBufferedWriter(file.get())) {
      events =
          export(
              after,
              line -> {
                out.write(line);
                return true;
              });
    } catch (IOException e) {
      throw AdminException.failed("cannot write " + file.get() + ": " + e.getMessage(), e);
    }
    invocation
        .printer()
        .done(
            events + " events are in " + file.get(),
            Item.of(text("file", file.get().toString()), count("events", events)));
  }

  /** Takes a line; false when no more are wanted. */
  private interface Lines<X extends Exception> {
    boolean take(String line) throws X;
  }

  private <X extends Exception> long export(long after, Lines<X> lines) throws X {
    long events = 0;
    long last = after;
    ListAuditReply page;
    do {
      page = page(last);
      for (AuditEvent event : page.getEventsList()) {
        if (!lines.take(AuditLines.json(event))) {
          return events;
        }
        events++;
        last = event.getRevision();
      }
    } while (page.getMore());
    return events;
  }

  /** Looks further and further back, since events are listed from the oldest on. */
  private List<AuditEvent> newest(int count) {
    long revision = page(Long.MAX_VALUE).getRevision();
    long back = PAGE;
    while (true) {
      long from = Math.max(0, revision - back);
      Deque<AuditEvent> found = new ArrayDeque<>();
      long last = from;
      ListAuditReply page;
      do {
        page = page(last);
        for (AuditEvent event : page.getEventsList()) {
          found.addLast(event);
          last = event.getRevision();
          if (found.size() > count) {
            found.removeFirst();
          }
        }
      } while (page.getMore());
      if (found.size() >= count || from == 0) {
        return List.copyOf(found);
      }
      back *= 10;
    }
  }

  private ListAuditReply page(long after) {
    var request = ListAuditRequest.newBuilder().setAfter(after).setLimit(PAGE).build();
    return calls.query(stub -> stub.listAudit(request));
  }

  private boolean print(List<AuditEvent> events) {
    boolean json = invocation.format() == OutputFormat.JSON;
    StringBuilder lines = new StringBuilder();
    events.forEach(event -> lines.append(json ? AuditLines.json(event) : AuditLines.text(event)));
    return invocation.print(lines.toString());
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AdminException.failed("interrupted", e);
    }
  }
}
