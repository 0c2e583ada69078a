package dev.meridian.node.blobs.s3;

import dev.meridian.model.ByteSize;
import io.minio.MakeBucketArgs;
import io.minio.MinioAsyncClient;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** A bucket of a test's own on some S3 server. */
record S3Bucket(String endpoint, String region, String name, String accessKey, String secretKey) {

  /** Creates a bucket with a new name. */
  static S3Bucket create(String endpoint, String region, String accessKey, String secretKey)
      throws Exception {
    String name = "meridian-" + UUID.randomUUID().toString().toLowerCase(Locale.ROOT);
    S3Bucket bucket = new S3Bucket(endpoint, region, name, accessKey, secretKey);
    try (MinioAsyncClient client =
        MinioAsyncClient.builder()
            .endpoint(endpoint)
            .region(region)
            .credentials(accessKey, secretKey)
            .build()) {
      client.makeBucket(MakeBucketArgs.builder().bucket(name).build()).get();
    }
    return bucket;
  }

  /** Settings with small parts, so that a few MiB make several. */
  S3Settings settings(Path spool) {
    return new S3Settings(
        endpoint,
        Optional.empty(),
        region,
        name,
        accessKey,
        secretKey,
        true,
        false,
        ByteSize.mebibytes(1),
        ByteSize.mebibytes(5),
        spool,
        ByteSize.mebibytes(100));
  }
}
