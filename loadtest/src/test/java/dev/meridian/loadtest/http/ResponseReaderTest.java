package dev.meridian.loadtest.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ResponseReaderTest {

  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  @Test
  void readsBodiesOfKnownLengthOneAfterTheOther() throws IOException {
    ResponseReader reader =
        reader(
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX: a\r\n\r\nabc"
                + "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nde");
    HttpResponse first = reader.read(false, body::write);
    HttpResponse second = reader.read(false, body::write);

    assertThat(body).hasToString("abcde");
    assertThat(first.header("x")).contains("a");
    assertThat(first.header("y")).isEmpty();
    assertThat(second.length()).isEqualTo(2);
    assertThat(reader.isReusable()).isTrue();
  }

  @Test
  void readsChunksWithExtensionsAndTrailers() throws IOException {
    ResponseReader reader =
        reader(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\nHTTP/1.1 204 No\r\n\r\n");
    assertThat(reader.read(false, body::write).length()).isEqualTo(13);
    assertThat(reader.read(false, body::write).status()).isEqualTo(204);
    assertThat(body).hasToString("abc0123456789");
  }

  @Test
  void readsToTheEndWhereNoLengthIsTold() throws IOException {
    ResponseReader reader = reader("HTTP/1.1 200 OK\r\n\r\nabc");
    assertThat(reader.read(false, body::write).length()).isEqualTo(3);
    assertThat(reader.isReusable()).isFalse();
  }

  @Test
  void takesNoBodyAfterAHeadRequest() throws IOException {
    ResponseReader reader =
        reader(
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                + "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not\r\nContent-Length: 4\r\n\r\noops");
    assertThat(reader.read(true, body::write).status()).isEqualTo(200);
    HttpResponse second = reader.read(false, body::write);
    assertThat(second.status()).isEqualTo(404);
    assertThat(second.failureText()).isEqualTo("oops");
    assertThat(body.size()).isZero();
  }

  @Test
  void findsTheEndOfAHeadHoweverItArrives() throws IOException {
    byte[] bytes =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab".getBytes(StandardCharsets.ISO_8859_1);
    InputStream dribble =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] to, int offset, int length) {
            return super.read(to, offset, Math.min(1, length));
          }
        };
    assertThat(new ResponseReader(dribble).read(false, body::write).length()).isEqualTo(2);
  }

  @Test
  void refusesWhatIsNotHttp() {
    assertThatThrownBy(() -> reader("SSH-2.0-x\r\n\r\n").read(false, body::write))
        .isInstanceOf(ProtocolException.class);
    assertThatThrownBy(() ->
            reader("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").read(false, body::write))
        .isInstanceOf(EOFException.class);
  }

  private static ResponseReader reader(String text) {
    return new ResponseReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }
}
