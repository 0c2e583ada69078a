package dev.meridian.deploy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * An upload whose body goes out when the test says so: a PATCH of known length on its own socket.
 */
final class SlowUpload implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;

  private SlowUpload(Socket socket) {
    this.socket = socket;
  }

  /** Sends the head of the PATCH; its body is still to come. */
  static SlowUpload open(String url, String location, long length) throws IOException {
    URI node = URI.create(url);
    SlowUpload upload = new SlowUpload(new Socket(node.getHost(), node.getPort()));
    upload.socket.setSoTimeout(PATIENCE_MILLIS);
    byte[] head =
        "PATCH %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(location, node.getAuthority(), length)
            .getBytes(StandardCharsets.US_ASCII);
    upload.send(head, 0, head.length);
    return upload;
  }

  /** Sends bytes of the body; blocks while the node does not read. */
  void send(byte[] bytes, int offset, int length) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes, offset, length);
    out.flush();
  }

  /** The answer, which comes once the whole body was sent. */
  String answer() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
