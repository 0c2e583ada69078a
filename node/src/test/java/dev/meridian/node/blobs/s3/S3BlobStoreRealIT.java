package dev.meridian.node.blobs.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;

/** On a real S3 server, where one is named. */
@DisplayName("S3BlobStoreRealIT (needs MERIDIANTEST_S3_ENDPOINT, _S3_ACCESSKEY, _S3_SECRETKEY)")
class S3BlobStoreRealIT extends BlobStoreContract {

  private static S3Bucket bucket;

  @TempDir private Path spools;

  @BeforeAll
  static void createBucket() throws Exception {
    String endpoint = System.getenv("MERIDIANTEST_S3_ENDPOINT");
    assumeTrue(
        endpoint != null,
        "no real S3 server: set MERIDIANTEST_S3_ENDPOINT, MERIDIANTEST_S3_ACCESSKEY and"
            + " MERIDIANTEST_S3_SECRETKEY to run S3BlobStoreRealIT");
    bucket =
        S3Bucket.create(
            endpoint,
            Optional.ofNullable(System.getenv("MERIDIANTEST_S3_REGION")).orElse("us-east-1"),
            System.getenv("MERIDIANTEST_S3_ACCESSKEY"),
            System.getenv("MERIDIANTEST_S3_SECRETKEY"));
  }

  @Override
  protected BlobStore newStore() throws IOException {
    return new S3BlobStore(bucket.settings(Files.createTempDirectory(spools, "node")));
  }
}
