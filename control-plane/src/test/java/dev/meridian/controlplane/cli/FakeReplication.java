package dev.meridian.controlplane.cli;

import com.google.protobuf.Message;
import dev.meridian.proto.admin.BlobAtRisk;
import dev.meridian.proto.admin.BlobLocation;
import dev.meridian.proto.admin.GetReplicationStatusReply;
import dev.meridian.proto.admin.GetReplicationStatusRequest;
import dev.meridian.proto.admin.ListAtRiskReply;
import dev.meridian.proto.admin.ListAtRiskRequest;
import dev.meridian.proto.admin.LocateBlobReply;
import dev.meridian.proto.admin.LocateBlobRequest;
import dev.meridian.proto.admin.LocateImageReply;
import dev.meridian.proto.admin.LocateImageRequest;
import dev.meridian.proto.admin.PauseReplicationReply;
import dev.meridian.proto.admin.PauseReplicationRequest;
import dev.meridian.proto.admin.RegionCopy;
import dev.meridian.proto.admin.RegionReplication;
import dev.meridian.proto.admin.ReplicationServiceGrpc;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/** Regions that lack something, and an image; each look at it goes on to the next, to the last. */
final class FakeReplication extends ReplicationServiceGrpc.ReplicationServiceImplBase {

  final List<Message> requests = Collections.synchronizedList(new ArrayList<>());

  private final List<Supplier<LocateImageReply>> images = new ArrayList<>();
  private int looks;

  /** An image of two blobs, which are in these regions; its policy wants all three. */
  FakeReplication image(List<String> config, List<String> layer) {
    return image(List.of("ap-south", "eu-west", "us-east"), config, layer);
  }

  FakeReplication image(List<String> wanted, List<String> config, List<String> layer) {
    images.add(() ->
        LocateImageReply.newBuilder()
            .setDigest(FakeServer.DIGEST)
            .addAllWanted(wanted)
            .addBlobs(blob(FakeServer.DIGEST, config))
            .addBlobs(blob(FakeServer.OTHER, layer))
            .build());
    return this;
  }

  FakeReplication fails(StatusRuntimeException failure) {
    images.add(() -> {
      throw failure;
    });
    return this;
  }

  <T extends Message> List<T> all(Class<T> type) {
    return requests.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static BlobLocation blob(String digest, List<String> regions) {
    BlobLocation.Builder blob = BlobLocation.newBuilder().setDigest(digest).setSize(2048);
    regions.forEach(region ->
        blob.addRegions(RegionCopy.newBuilder().setRegion(region).setVerified(FakeServer.TIME)));
    return blob.build();
  }

  @Override
  public void getReplicationStatus(
      GetReplicationStatusRequest request, StreamObserver<GetReplicationStatusReply> reply) {
    requests.add(request);
    FakeServer.answer(
        reply,
        () ->
            GetReplicationStatusReply.newBuilder()
                .setReviewing(true)
                .addRegions(
                    RegionReplication.newBuilder()
                        .setRegion("eu-west")
                        .setPendingBlobs(12)
                        .setPendingBytes(600 << 20)
                        .setBackfillBlobs(2)
                        .setBackfillBytes(100 << 20)
                        .setMisplacedBlobs(3)
                        .setOldestMs(61_000)
                        .setRateBytes(5 << 20)
                        .setErrors(1))
                .addRegions(RegionReplication.newBuilder().setRegion("us-east").setPaused(true))
                .build());
  }

  @Override
  public void pauseReplication(
      PauseReplicationRequest request, StreamObserver<PauseReplicationReply> reply) {
    requests.add(request);
    FakeServer.answer(reply, () -> PauseReplicationReply.newBuilder().setRevision(7).build());
  }

  @Override
  public void locateBlob(LocateBlobRequest request, StreamObserver<LocateBlobReply> reply) {
    FakeServer.answer(
        reply,
        () -> {
          if (!request.getDigest().equals(FakeServer.DIGEST)) {
            throw FakeServer.rejected(
                Status.NOT_FOUND,
                "BLOB_UNKNOWN",
                "no repository links blob " + request.getDigest());
          }
          return LocateBlobReply.newBuilder()
              .setBlob(blob(FakeServer.DIGEST, List.of("eu-west", "us-east")))
              .build();
        });
  }

  @Override
  public synchronized void locateImage(
      LocateImageRequest request, StreamObserver<LocateImageReply> reply) {
    requests.add(request);
    Supplier<LocateImageReply> image = images.get(Math.min(looks, images.size() - 1));
    looks++;
    FakeServer.answer(reply, image);
  }

  /** Two blobs, and an empty page between them. */
  @Override
  public void listAtRisk(ListAtRiskRequest request, StreamObserver<ListAtRiskReply> reply) {
    requests.add(request);
    FakeServer.answer(
        reply,
        () ->
            switch (request.getLast()) {
              case "" -> page(FakeServer.DIGEST, 1).setMore(true).setLast("a").build();
              case "a" -> ListAtRiskReply.newBuilder().setMore(true).setLast("b").build();
              default -> page(FakeServer.OTHER, 3).setLast("c").build();
            });
  }

  private static ListAtRiskReply.Builder page(String digest, long repositories) {
    return ListAtRiskReply.newBuilder()
        .addBlobs(
            BlobAtRisk.newBuilder()
                .setDigest(digest)
                .setSize(2048)
                .setRepositories(repositories)
                .setImage("demo/app@" + FakeServer.OTHER));
  }
}
