package dev.meridian.controlplane.cli.copies;

import dev.meridian.controlplane.cli.client.AdminClient;
import dev.meridian.proto.admin.LocateImageReply;
import dev.meridian.proto.admin.LocateImageRequest;
import dev.meridian.proto.admin.ReplicationServiceGrpc;

/** Images as the server knows them. */
public final class Images {

  private Images() {}

  /** Where the blobs of an image are. */
  public static LocateImageReply locate(AdminClient client, ImageName image) {
    var request =
        LocateImageRequest.newBuilder()
            .setRepository(image.repository().value())
            .setReference(image.referenceText())
            .build();
    return client.query(
        ReplicationServiceGrpc::newBlockingV2Stub, stub -> stub.locateImage(request));
  }
}
