package dev.meridian.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestReaderTest {

  private final ByteArrayOutputStream passed = new ByteArrayOutputStream();
  private final List<String> kinds = new ArrayList<>();

  @Test
  void passesRequestsOnAsTheyAre() throws IOException {
    String requests =
        "PUT /b/k HTTP/1.1\r\nHost: s3\r\nContent-Length: 9\r\n\r\nGET \r\n\r\n!"
            + "HEAD /b/k HTTP/1.1\r\nHost: s3\r\n\r\n"
            + "POST /b?delete HTTP/1.1\r\ncontent-length:2\r\n\r\nab";

    pass(requests);

    assertThat(passed.toString(StandardCharsets.ISO_8859_1)).isEqualTo(requests);
    assertThat(kinds).containsExactly("PUT", "HEAD", "POST");
  }

  @ParameterizedTest
  @CsvSource({
    "PUT /b/k?partNumber=3&uploadId=x, PUT part",
    "POST /b/k?uploads, POST begin",
    "POST /b/k?uploadId=x, POST complete",
    "DELETE /b/k?uploadId=x, DELETE",
    "GET /b/?list-type=2, GET",
  })
  void tellsKindsApart(String line, String kind) {
    assertThat(RequestReader.kind(line + " HTTP/1.1\r\nHost: s3\r\n\r\n")).isEqualTo(kind);
  }

  @Test
  void tellsCopiesFromUploads() {
    assertThat(RequestReader.kind("PUT /b/k HTTP/1.1\r\nX-Amz-Copy-Source: /b/other\r\n\r\n"))
        .isEqualTo("PUT copy");
  }

  @Test
  void refusesWhatItCannotFollow() {
    assertThatThrownBy(() -> pass("PUT /b/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"))
        .hasMessageContaining("no length");
    assertThatThrownBy(() -> pass("PUT /b/k HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"))
        .hasMessageContaining("ends 6 bytes early");
    assertThatThrownBy(() -> pass("PUT /b/k HTTP/1.1\r\n")).hasMessageContaining("no end");
  }

  private void pass(String requests) throws IOException {
    byte[] bytes = requests.getBytes(StandardCharsets.ISO_8859_1);
    new RequestReader(new ByteArrayInputStream(bytes), passed, kinds::add).passAll();
  }
}
