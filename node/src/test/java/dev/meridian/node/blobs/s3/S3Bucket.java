package dev.meridian.node.blobs.s3;

import dev.meridian.model.ByteSize;
import io.minio.HeadBucketArgs;
import io.minio.Http;
import io.minio.credentials.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** A bucket of a test's own on some S3 server. */
record S3Bucket(String endpoint, String region, String name, String accessKey, String secretKey) {

  /** Creates a bucket with a new name. */
  static S3Bucket create(String endpoint, String region, String accessKey, String secretKey)
      throws Exception {
    String name = "meridian-" + UUID.randomUUID().toString().toLowerCase(Locale.ROOT);
    S3Bucket bucket = new S3Bucket(endpoint, region, name, accessKey, secretKey);
    // Not by MinIO's makeBucket: it names us-east-1 as location, which some servers refuse.
    Request request =
        Http.S3Request.builder()
            .userAgent("meridian-test")
            .method(Http.Method.PUT)
            .args(HeadBucketArgs.builder().bucket(name).build())
            .build()
            .toRequest(
                new Http.BaseUrl(endpoint),
                region,
                new Credentials(accessKey, secretKey, null, null))
            .httpRequest();
    try (Response response = new OkHttpClient().newCall(request).execute()) {
      if (!response.isSuccessful()) {
        throw new IOException("cannot create " + bucket + ": " + response.body().string());
      }
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
