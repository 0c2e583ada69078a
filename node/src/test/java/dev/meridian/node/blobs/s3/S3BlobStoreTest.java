package dev.meridian.node.blobs.s3;

import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.BlobStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On an S3 server in this JVM. */
class S3BlobStoreTest extends BlobStoreContract {

  @TempDir private static Path directory;

  private static S3ProxyServer server;
  private static S3Bucket bucket;

  @TempDir private Path spools;

  @BeforeAll
  static void startServer() throws Exception {
    server = new S3ProxyServer(Files.createDirectory(directory.resolve("s3")));
    bucket = server.createBucket();
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.stop();
  }

  @Override
  protected BlobStore newStore() throws IOException {
    return new S3BlobStore(bucket.settings(Files.createTempDirectory(spools, "node")));
  }

  /**
   * S3Proxy compares the tags of the parts first and reads the parts later: one that is replaced in
   * between stands in the object. A real server is held to it in {@link S3BlobStoreRealIT}.
   */
  @Override
  protected boolean completesAtomically() {
    return false;
  }
}
