package dev.meridian.loadtest.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** One connection; used by one thread at a time, closed by any. */
final class HttpConnection implements Closeable {

  private static final int HEAD_AND_SMALL_BODY = 16 << 10;

  private final Origin origin;
  private final Socket socket;
  private final OutputStream out;
  private final ResponseReader reader;
  private boolean used;

  private HttpConnection(Origin origin, Socket socket) throws IOException {
    this.origin = origin;
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.reader = new ResponseReader(socket.getInputStream());
  }

  /**
   * @param patience how long a read may take; zero for any time
   */
  static HttpConnection open(Origin origin, Duration timeout, Duration patience)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(origin.host(), origin.port());
    if (address.isUnresolved()) {
      throw new ConnectException("cannot connect to " + origin + ": the host is not known");
    }
    Socket plain = new Socket();
    try {
      plain.setTcpNoDelay(true);
      plain.connect(address, (int) timeout.toMillis());
      plain.setSoTimeout((int) patience.toMillis());
      return new HttpConnection(origin, origin.secure() ? secured(plain, origin) : plain);
    } catch (IOException e) {
      plain.close();
      ConnectException failure =
          new ConnectException("cannot connect to " + origin + ": " + e.getMessage());
      failure.initCause(e);
      throw failure;
    }
  }

  private static Socket secured(Socket plain, Origin origin) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, origin.host(), origin.port(), true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  /** Sends and waits for the whole response; afterwards see {@link #isReusable}. */
  HttpResponse exchange(HttpRequest request, ResponseSink sink) throws IOException {
    byte[] head = request.head(origin).getBytes(StandardCharsets.ISO_8859_1);
    RequestBody body = request.body().orElse(null);
    if (body == null) {
      out.write(head);
    } else if (body.length() <= HEAD_AND_SMALL_BODY) {
      // One segment, one system call.
      SmallBuffer whole = new SmallBuffer(head.length + (int) body.length());
      whole.write(head);
      body.writeTo(whole);
      whole.sendTo(out);
    } else {
      out.write(head);
      body.writeTo(out);
    }
    HttpResponse response = reader.read(request.isHead(), sink);
    used = true;
    return response;
  }

  boolean isReusable() {
    return reader.isReusable() && !socket.isClosed();
  }

  /** Whether a failure may be an idle connection that the server had closed by then. */
  boolean mayBeStale() {
    return used && reader.isUntouched();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Collects head and body without the copy that ByteArrayOutputStream's toByteArray makes. */
  private static final class SmallBuffer extends OutputStream {
    private final byte[] bytes;
    private int length;

    SmallBuffer(int size) {
      bytes = new byte[size];
    }

    @Override
    public void write(int b) {
      bytes[length++] = (byte) b;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
      System.arraycopy(source, offset, bytes, length, count);
      length += count;
    }

    void sendTo(OutputStream out) throws IOException {
      out.write(bytes, 0, length);
    }
  }
}
