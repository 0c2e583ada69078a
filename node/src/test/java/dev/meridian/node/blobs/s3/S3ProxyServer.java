package dev.meridian.node.blobs.s3;

import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** An S3 server in this JVM. */
final class S3ProxyServer {

  private static final String ACCESS_KEY = "ACCESS";
  private static final String SECRET_KEY = "SECRET";

  private final S3Proxy proxy;

  S3ProxyServer(Path directory) throws Exception {
    this.proxy =
        S3Proxy.builder()
            .blobStore(new FilesystemNio2BlobStore(directory.toString()))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET_KEY)
            .ignoreUnknownHeaders(true)
            .build();
    proxy.start();
  }

  S3Bucket createBucket() throws Exception {
    return S3Bucket.create(endpoint(), "us-east-1", ACCESS_KEY, SECRET_KEY);
  }

  String endpoint() {
    return "http://127.0.0.1:" + proxy.getPort();
  }

  void stop() throws Exception {
    proxy.stop();
  }
}
