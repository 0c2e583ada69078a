package dev.meridian.controlplane.cli.copies;

import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.output.Figures;
import dev.meridian.controlplane.cli.output.Progress;
import dev.meridian.model.RegionId;
import dev.meridian.proto.admin.BlobLocation;
import dev.meridian.proto.admin.LocateImageReply;
import dev.meridian.proto.admin.RegionCopy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Waits until all blobs of an image are in some regions. */
public final class CopyWait {

  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration ANSWER = Duration.ofSeconds(5);

  /**
   * The image as it was when the wait was over.
   *
   * @param digest of its manifest
   * @param regions that have all of its blobs
   */
  public record Done(String digest, List<String> regions, int blobs) {}

  private final AdminClient client;
  private final Progress progress;
  private final Duration timeout;
  private final ImageName image;
  private final List<RegionId> named;
  private final long end;

  /**
   * @param timeout for all of it
   * @param named the regions; none: those that the image's policy wants
   */
  public CopyWait(
      AdminClient client,
      Progress progress,
      Duration timeout,
      ImageName image,
      List<RegionId> named) {
    this.client = client;
    this.progress = progress;
    this.timeout = timeout;
    this.image = image;
    this.named = List.copyOf(named);
    this.end = System.nanoTime() + timeout.toNanos();
  }

  /**
   * Looks again and again. A tag that moves meanwhile is followed.
   *
   * @throws AdminException when the time is over: it says what is missing where
   */
  public Done run() {
    Optional<LocateImageReply> seen = Optional.empty();
    while (true) {
      try {
        LocateImageReply found = Images.locate(client.within(patience()), image);
        seen = Optional.of(found);
        List<String> regions = regions(found);
        if (missing(found, regions) == 0) {
          return new Done(found.getDigest(), regions, found.getBlobsCount());
        }
        show(found, regions);
      } catch (AdminException e) {
        if (!e.isUnreachable() || isOver() && seen.isEmpty()) {
          throw e;
        }
        progress.show("waiting for " + client.server());
      }
      if (isOver()) {
        throw AdminException.failed(shortfall(seen.orElseThrow()));
      }
      pause();
    }
  }

  private List<String> regions(LocateImageReply found) {
    List<String> regions =
        named.isEmpty() ? found.getWantedList() : named.stream().map(RegionId::value).toList();
    if (regions.isEmpty()) {
      throw AdminException.failed(
          "the policy of repository "
              + image.repository()
              + " copies nothing by itself: name regions with --regions");
    }
    return regions;
  }

  private void show(LocateImageReply found, List<String> regions) {
    long all = (long) found.getBlobsCount() * regions.size();
    long there = all - missing(found, regions);
    progress.show(there + " of " + all + " copies of " + image, (double) there / all);
  }

  private String shortfall(LocateImageReply found) {
    String missing =
        regions(found).stream()
            .filter(region -> !missing(found, region).isEmpty())
            .map(region -> {
              List<String> blobs = missing(found, region);
              return region + " lacks " + blobs.size() + ", such as " + blobs.getFirst();
            })
            .collect(Collectors.joining("; "));
    return "after "
        + Figures.duration(timeout)
        + " not all of the "
        + found.getBlobsCount()
        + " blobs of "
        + image
        + " are there: "
        + missing;
  }

  private static long missing(LocateImageReply found, List<String> regions) {
    return regions.stream().mapToLong(region -> missing(found, region).size()).sum();
  }

  private static List<String> missing(LocateImageReply found, String region) {
    return found.getBlobsList().stream()
        .filter(blob ->
            blob.getRegionsList().stream().map(RegionCopy::getRegion).noneMatch(region::equals))
        .map(BlobLocation::getDigest)
        .toList();
  }

  private Duration patience() {
    Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
    return left.compareTo(ANSWER) < 0 ? left : ANSWER;
  }

  private boolean isOver() {
    return end - System.nanoTime() < PAUSE.toNanos();
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
