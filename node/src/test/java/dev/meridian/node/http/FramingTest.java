package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers and proxies before them could read as different requests (RFC 9112, section 11). */
class FramingTest extends EdgeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\nContent-Length: 6",
        "Content-Length: 5\nContent-Length: 5",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 5x",
        "Content-Length: 99999999999999999999",
        "Content-Length: 5\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\nContent-Length: 5",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: chunked\nTransfer-Encoding: chunked",
        "Transfer-Encoding : chunked",
        "Content-Length : 5"
      })
  void refusesABodyWhoseEndIsAmbiguous(String headers) throws IOException {
    String location = client.post("/v2/demo/app/blobs/uploads/").header("Location");
    try (RawConnection raw = new RawConnection(edge.port())) {
      raw.send("PATCH " + location + " HTTP/1.1\nHost: r\n" + headers + "\n\n0\n\nGET /smuggled");
      assertThat(raw.answer()).startsWith("HTTP/1.1 400 ");
      assertThat(raw.isClosedByPeer()).isTrue();
    }
  }
}
