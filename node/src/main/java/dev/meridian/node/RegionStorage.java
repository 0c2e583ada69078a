package dev.meridian.node;

import dev.meridian.model.ByteSize;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.MeteredBlobStore;
import dev.meridian.node.blobs.file.FileBlobStore;
import dev.meridian.node.blobs.s3.S3BlobStore;
import dev.meridian.node.blobs.s3.S3Settings;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The storage of a node's region as its settings describe it. */
final class RegionStorage {

  private RegionStorage() {}

  /** To be closed. */
  static BlobStore open(NodeConfig config, MeterRegistry meters) {
    return switch (config.storage()) {
      case NodeConfig.Storage.Filesystem filesystem ->
          new MeteredBlobStore(new FileBlobStore(filesystem.rootDirectory()), "filesystem", meters);
      case NodeConfig.Storage.S3 s3 ->
          new MeteredBlobStore(new S3BlobStore(settings(config, s3)), "s3", meters);
    };
  }

  /** What the storage is called in metrics. */
  static String bucket(NodeConfig.Storage storage) {
    return switch (storage) {
      case NodeConfig.Storage.Filesystem filesystem -> "filesystem";
      case NodeConfig.Storage.S3 s3 -> s3.bucket();
    };
  }

  /** Where this node writes; all of it exists when its parts are made. */
  static List<Path> disk(NodeConfig config) {
    Path spool = config.uploads().spool();
    return switch (config.storage()) {
      case NodeConfig.Storage.Filesystem filesystem -> List.of(spool, filesystem.rootDirectory());
      case NodeConfig.Storage.S3 s3 -> List.of(spool);
    };
  }

  private static S3Settings settings(NodeConfig config, NodeConfig.Storage.S3 s3) {
    return new S3Settings(
        s3.regionEndpoint(),
        s3.redirectEndpoint(),
        s3.region(),
        s3.bucket(),
        s3.accessKey(),
        s3.secretKey(),
        s3.forcePathStyle(),
        s3.secure(),
        config.uploads().inMemory(),
        config.uploads().partSize(),
        config.uploads().spool().resolve("parts"),
        halfSpool(config));
  }

  /** Uploads on their way out and fetched blobs on their way in share the spool's limit. */
  static ByteSize halfSpool(NodeConfig config) {
    return new ByteSize(config.uploads().spoolLimit().bytes() / 2);
  }

  /** A chunk below S3's smallest part is written twice (DESIGN, "S3"). */
  static OptionalLong chunkMinLength(NodeConfig.Storage storage) {
    return switch (storage) {
      case NodeConfig.Storage.Filesystem filesystem -> OptionalLong.empty();
      case NodeConfig.Storage.S3 s3 -> OptionalLong.of(ByteSize.mebibytes(5).bytes());
    };
  }
}
