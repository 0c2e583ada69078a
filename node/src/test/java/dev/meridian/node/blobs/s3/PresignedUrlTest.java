package dev.meridian.node.blobs.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.ByteSize;
import dev.meridian.node.blobs.BlobStore;
import dev.meridian.node.blobs.ObjectKeys;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresignedUrlTest {

  @TempDir private Path spool;

  private final String key = ObjectKeys.create(0);

  @Test
  void isSignedForTheNameThatClientsUse() {
    URI url = presign(Optional.of("https://blobs.example.com"), true);
    assertThat(url.getScheme()).isEqualTo("https");
    assertThat(url.getHost()).isEqualTo("blobs.example.com");
    assertThat(url.getPath()).isEqualTo("/bucket/" + key);
    assertThat(url.getQuery())
        .contains("X-Amz-Expires=900")
        .contains("X-Amz-SignedHeaders=host")
        .contains("response-content-type=application/octet-stream");
  }

  @Test
  void isSignedForTheEndpointWhereClientsHaveNoOther() {
    assertThat(presign(Optional.empty(), true)).hasAuthority("s3.internal:9000").hasScheme("http");
  }

  @Test
  void hasTheBucketInItsHostWhereThePathMayNotHaveIt() {
    assertThat(presign(Optional.of("https://blobs.example.com"), false))
        .hasHost("bucket.blobs.example.com")
        .hasPath("/" + key);
  }

  private URI presign(Optional<String> redirectEndpoint, boolean pathStyle) {
    S3Settings settings =
        new S3Settings(
            "s3.internal:9000",
            redirectEndpoint,
            "",
            "bucket",
            "ACCESS",
            "SECRET",
            pathStyle,
            false,
            ByteSize.mebibytes(1),
            ByteSize.mebibytes(8),
            spool,
            ByteSize.gibibytes(1));
    try (BlobStore store = new S3BlobStore(settings)) {
      return store.presign(key, Duration.ofMinutes(15), "application/octet-stream").orElseThrow();
    }
  }
}
