package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.UploadConflictException;
import dev.meridian.node.fetch.NoHolderException;
import dev.meridian.node.http.RegistryClient.Answer;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataRejectedException.Reason;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.peer.PeerUnreachableException;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each failure has its status and code, and says no more than it should. */
class ErrorTableTest extends EdgeTest {

  @ParameterizedTest
  @CsvSource({
    "REPOSITORY_UNKNOWN, 404, NAME_UNKNOWN",
    "MANIFEST_UNKNOWN, 404, MANIFEST_UNKNOWN",
    "TAG_UNKNOWN, 404, MANIFEST_UNKNOWN",
    "REFERENCE_UNKNOWN, 400, MANIFEST_BLOB_UNKNOWN",
    "BLOB_UNKNOWN, 404, BLOB_UNKNOWN",
    "IN_USE, 409, DENIED",
    "CONDITION_FAILED, 412, DENIED",
    "SESSION_EXPIRED, 404, BLOB_UPLOAD_UNKNOWN",
    "OBJECT_DOOMED, 404, BLOB_UPLOAD_UNKNOWN",
    "COMMAND_EXPIRED, 503, UNAVAILABLE",
    "MANIFEST_INVALID, 400, MANIFEST_INVALID",
    "DIGEST_INVALID, 400, DIGEST_INVALID",
    "SIZE_INVALID, 400, SIZE_INVALID",
    "TOO_LARGE, 413, SIZE_INVALID",
    "NAME_INVALID, 400, NAME_INVALID",
    "TAG_INVALID, 400, TAG_INVALID",
    "DENIED, 403, DENIED"
  })
  void tellsWhatTheMetadataPlaneDecided(Reason reason, int status, String code) throws IOException {
    edge.metadata.failWith(new MetadataRejectedException(reason, "because of x", List.of(), 0));
    Answer answer = client.get("/v2/demo/app/tags/list");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.message()).isEqualTo("because of x");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new MetadataUnavailableException("at 10.0.0.1", true, null), 503),
        Arguments.of(
            new BlobStoreException(BlobStoreException.Kind.UNAVAILABLE, "at 10.0.0.1"), 503),
        Arguments.of(new BlobStoreException(BlobStoreException.Kind.FULL, "at 10.0.0.1"), 503),
        Arguments.of(new BlobStoreException(BlobStoreException.Kind.THROTTLED, "at 10.0.0.1"), 429),
        Arguments.of(new NoHolderException("at 10.0.0.1", null), 503),
        Arguments.of(new PeerUnreachableException("at 10.0.0.1", null), 503),
        Arguments.of(new UploadConflictException("at 10.0.0.1"), 416),
        Arguments.of(new IllegalStateException("at 10.0.0.1"), 500),
        Arguments.of(new NullPointerException("at 10.0.0.1"), 500));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void keepsTheInsideToItself(RuntimeException failure, int status) throws IOException {
    edge.metadata.failWith(failure);
    Answer answer = client.get("/v2/demo/app/tags/list", "X-Request-Id", "asked-1");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text()).doesNotContain("10.0.0.1").doesNotContain("Exception");
    if (status == 503) {
      assertThat(answer.code()).isEqualTo("UNAVAILABLE");
      assertThat(answer.header("Retry-After")).isEqualTo("1");
    }
    if (status == 429) {
      assertThat(answer.code()).isEqualTo("TOOMANYREQUESTS");
      assertThat(answer.header("Retry-After")).isEqualTo("5");
    }
    if (status == 500) {
      assertThat(answer.text())
          .isEqualTo(
              "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"internal error\","
                  + "\"detail\":{\"request_id\":\"asked-1\"}}]}");
    }
  }

  @Test
  void hasNoBodyOnAHead() throws IOException {
    Answer answer = client.head("/v2/no/such/manifests/1");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.bytes()).isEmpty();
  }

  @Test
  void closesTheConnectionOnAnErrorOfThePlatform() throws IOException {
    edge.metadata.breakWith(new StackOverflowError());
    try (RawConnection raw = new RawConnection(edge.port())) {
      raw.send("GET /v2/demo/app/tags/list HTTP/1.1\nHost: r\n\n");
      assertThat(raw.answer()).isEmpty();
    }
  }
}
