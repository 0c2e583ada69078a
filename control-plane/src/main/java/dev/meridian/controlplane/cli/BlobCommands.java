package dev.meridian.controlplane.cli;

import static dev.meridian.controlplane.cli.output.Field.bytes;
import static dev.meridian.controlplane.cli.output.Field.items;
import static dev.meridian.controlplane.cli.output.Field.text;
import static dev.meridian.controlplane.cli.output.Field.texts;
import static dev.meridian.controlplane.cli.output.Field.time;

import dev.meridian.controlplane.cli.copies.ImageName;
import dev.meridian.controlplane.cli.copies.Images;
import dev.meridian.controlplane.cli.output.Field;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.model.Digest;
import dev.meridian.proto.admin.BlobLocation;
import dev.meridian.proto.admin.LocateBlobRequest;
import dev.meridian.proto.admin.LocateImageReply;
import dev.meridian.proto.admin.RegionCopy;
import dev.meridian.proto.admin.ReplicationServiceGrpc;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Blobs, whichever repository they belong to. */
@Command(name = "blob", description = "Blobs: where.")
final class BlobCommands {

  private static final Pattern DIGEST = Pattern.compile("sha(256|512):.*");

  private final Session session;

  BlobCommands(Session session) {
    this.session = session;
  }

  @Command(
      name = "where",
      header = "Tells which regions hold a blob, or the blobs of an image.",
      description = "And when each copy was last verified against its digest.",
      footer = {
        "  meridianctl blob where sha256:1f0c...",
        "  meridianctl blob where demo/app:live",
        "  meridianctl blob where demo/app@sha256:77ab..."
      })
  void where(
      @Parameters(
              paramLabel = "DIGEST|IMAGE",
              description = "A blob's digest; or an image, REPO:TAG or REPO@DIGEST.")
          String what) {
    try {
      if (DIGEST.matcher(what).matches()) {
        show(Digest.parse(what));
      } else {
        show(ImageName.parse(what));
      }
    } catch (IllegalArgumentException e) {
      throw session.wrongUsage(e.getMessage());
    }
  }

  private void show(Digest digest) {
    var request = LocateBlobRequest.newBuilder().setDigest(digest.toString()).build();
    BlobLocation blob =
        session
            .client(Session.QUERY)
            .query(
                ReplicationServiceGrpc::newBlockingV2Stub,
                stub -> stub.locateBlob(request).getBlob());
    session.printer().item(describe(blob, UnaryOperator.identity()));
  }

  private void show(ImageName image) {
    LocateImageReply found = Images.locate(session.client(Session.QUERY), image);
    session
        .printer()
        .item(
            Item.of(
                text("image", image.toString()),
                text("digest", found.getDigest()),
                texts("wanted", found.getWantedList(), "nowhere"),
                items(
                    "blobs",
                    found.getBlobsList().stream()
                        .map(blob -> describe(blob, Field::setAside))
                        .toList())));
  }

  /**
   * @param times how the times of verification are shown
   */
  private static Item describe(BlobLocation blob, UnaryOperator<Field> times) {
    return Item.of(
        text("digest", blob.getDigest()),
        bytes("size", blob.getSize()),
        items(
            "regions", blob.getRegionsList().stream().map(copy -> describe(copy, times)).toList()));
  }

  private static Item describe(RegionCopy copy, UnaryOperator<Field> times) {
    return Item.of(
        text("region", copy.getRegion()), times.apply(time("verified", copy.getVerified())));
  }
}
