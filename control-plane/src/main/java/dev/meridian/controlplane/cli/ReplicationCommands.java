package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.bytes;
import static dev.meridian.controlplane.cli.output.Field.count;
import static dev.meridian.controlplane.cli.output.Field.flag;
import static dev.meridian.controlplane.cli.output.Field.items;
import static dev.meridian.controlplane.cli.output.Field.millis;
import static dev.meridian.controlplane.cli.output.Field.rate;
import static dev.meridian.controlplane.cli.output.Field.text;
import static dev.meridian.controlplane.cli.output.Field.texts;

import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.copies.CopyWait;
import dev.meridian.controlplane.cli.copies.ImageName;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.BlobAtRisk;
import dev.meridian.proto.admin.GetReplicationStatusReply;
import dev.meridian.proto.admin.GetReplicationStatusRequest;
import dev.meridian.proto.admin.ListAtRiskReply;
import dev.meridian.proto.admin.ListAtRiskRequest;
import dev.meridian.proto.admin.PauseReplicationRequest;
import dev.meridian.proto.admin.RegionReplication;
import dev.meridian.proto.admin.ReplicationServiceGrpc;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Copies of blobs in the regions. */
@Command(
    name = "replication",
    description = "Copies of blobs in the regions: status, wait, pause, resume, at-risk.")
final class ReplicationCommands {

  private static final Duration WAIT = Duration.ofMinutes(10);
  private static final int PAGE = 500;

  private final Session session;

  ReplicationCommands(Session session) {
    this.session = session;
  }

  @Command(
      name = "status",
      description =
          "Shows what the regions still lack. Backfill is what was there before the region or its"
              + " policy; misplaced is what no policy allows there, and goes when the regions that"
              + " may hold it do; while links are reviewed more may be found missing.")
  void status(
      @Option(names = "--region", paramLabel = "REGION", description = "Only this one.")
          Optional<RegionId> region) {
    GetReplicationStatusReply status = status(session.client(Session.QUERY), region);
    session
        .printer()
        .item(
            Item.of(
                items(
                    "regions",
                    status.getRegionsList().stream().map(ReplicationCommands::describe).toList()),
                flag("reviewing", status.getReviewing())));
  }

  private static GetReplicationStatusReply status(AdminClient client, Optional<RegionId> region) {
    var request =
        GetReplicationStatusRequest.newBuilder()
            .setRegion(region.map(RegionId::value).orElse(""))
            .build();
    return client.query(
        ReplicationServiceGrpc::newBlockingV2Stub, stub -> stub.getReplicationStatus(request));
  }

  private static Item describe(RegionReplication region) {
    return Item.of(
        text("region", region.getRegion()),
        count("pending_blobs", region.getPendingBlobs()),
        bytes("pending_bytes", region.getPendingBytes()),
        millis("oldest_ms", region.getOldestMs()),
        rate("rate_bytes", region.getRateBytes()),
        millis("left_ms", timeLeft(region)),
        count("errors", region.getErrors()),
        count("backfill_blobs", region.getBackfillBlobs()),
        bytes("backfill_bytes", region.getBackfillBytes()),
        count("misplaced_blobs", region.getMisplacedBlobs()),
        bytes("misplaced_bytes", region.getMisplacedBytes()).setAside(),
        flag("paused", region.getPaused()));
  }

  /** An estimate, as long as copies are made. */
  private static OptionalLong timeLeft(RegionReplication region) {
    return region.getRateBytes() > 0 && region.getPendingBlobs() > 0
        ? OptionalLong.of((long) (1e3 * region.getPendingBytes() / region.getRateBytes()))
        : OptionalLong.empty();
  }

  @Command(
      name = "wait",
      header = "Waits until all blobs of an image are in the regions.",
      description =
          "With exit code 0 when they are, and 1 when they are not within --timeout, which is 10"
              + " minutes unless it is given: then it says what is missing where.",
      footer = {
        "  meridianctl replication wait demo/app:live",
        "  meridianctl replication wait demo/app:live --regions eu-west,ap-south --timeout 2m"
      })
  void await(
      @Parameters(paramLabel = "IMAGE", description = "REPO:TAG or REPO@DIGEST.") ImageName image,
      @Option(
              names = "--regions",
              paramLabel = "REGION[,REGION...]",
              split = ",",
              description = "Where; by default in the regions that the image's policy wants.")
          List<RegionId> regions) {
    AdminClient client = session.client(WAIT);
    List<RegionId> named = regions == null ? List.of() : regions;
    if (!named.isEmpty()) {
      requireKnown(client, named);
    }
    CopyWait.Done done =
        new CopyWait(client, session.progress(), session.timeout(WAIT), image, named).run();
    session
        .printer()
        .done(
            "all "
                + done.blobs()
                + " blobs of "
                + image
                + " are in "
                + String.join(", ", done.regions()),
            Item.of(
                text("image", image.toString()),
                text("digest", done.digest()),
                texts("regions", done.regions(), "-"),
                count("blob_count", done.blobs())));
  }

  /** For a region whose name is mistyped one would wait in vain. */
  private static void requireKnown(AdminClient client, List<RegionId> regions) {
    List<String> known =
        status(client, Optional.empty()).getRegionsList().stream()
            .map(RegionReplication::getRegion)
            .toList();
    for (RegionId region : regions) {
      if (!known.contains(region.value())) {
        throw AdminException.failed(
            "region "
                + region
                + " is not in the cluster: expected some of "
                + String.join(", ", known));
      }
    }
  }

  @Command(
      name = "pause",
      description =
          "Stops making copies in a region by themselves; what is asked for there is still"
              + " fetched.")
  void pause(@Parameters(paramLabel = "REGION") RegionId region) {
    setPaused(region, true);
  }

  @Command(name = "resume", description = "Ends a pause.")
  void resume(@Parameters(paramLabel = "REGION") RegionId region) {
    setPaused(region, false);
  }

  private void setPaused(RegionId region, boolean paused) {
    var request = PauseReplicationRequest.newBuilder().setRegion(region.value()).setPaused(paused);
    long revision =
        session
            .client(Session.COMMAND)
            .command(
                ReplicationServiceGrpc::newBlockingV2Stub,
                "run it again, that is safe",
                (stub, id) ->
                    stub.pauseReplication(request.setCommandId(id).build()).getRevision());
    session
        .printer()
        .done(
            "replication into " + region + (paused ? " is paused" : " goes on"),
            Item.of(
                text("region", region.value()),
                flag("paused", paused),
                count("revision", revision)));
  }

  @Command(
      name = "at-risk",
      description =
          "Lists the blobs that nobody could get without a region: others hold no copy, or may not,"
              + " or have no node. IMAGE is one that needs the blob.")
  void atRisk(
      @Option(
              names = "--without",
              paramLabel = "REGION",
              required = true,
              description = "The region that is thought away.")
          RegionId region) {
    session.printer().list("blobs", new AtRiskPages(session.client(Session.QUERY), region));
  }

  /** Pages of what is at risk; the server may look through many blobs and find none. */
  private static final class AtRiskPages implements Iterator<List<Item>> {
    private final AdminClient client;
    private final RegionId region;
    private String last = "";
    private boolean more = true;

    AtRiskPages(AdminClient client, RegionId region) {
      this.client = client;
      this.region = region;
    }

    @Override
    public boolean hasNext() {
      return more;
    }

    @Override
    public List<Item> next() {
      if (!more) {
        throw new NoSuchElementException("there is no further page");
      }
      List<BlobAtRisk> found = List.of();
      while (more && found.isEmpty()) {
        var request =
            ListAtRiskRequest.newBuilder()
                .setRegion(region.value())
                .setLast(last)
                .setLimit(PAGE)
                .build();
        ListAtRiskReply reply =
            client.query(
                ReplicationServiceGrpc::newBlockingV2Stub, stub -> stub.listAtRisk(request));
        found = reply.getBlobsList();
        more = reply.getMore();
        last = reply.getLast();
      }
      return found.stream().map(AtRiskPages::describe).toList();
    }

    private static Item describe(BlobAtRisk blob) {
      return Item.of(
          text("digest", blob.getDigest()),
          bytes("size", blob.getSize()),
          count("repositories", blob.getRepositories()),
          text("image", blob.getImage()));
    }
  }
}
