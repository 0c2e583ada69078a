package dev.meridian.node.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client that sends what frames it likes (RFC 9113), without any of the rules about them. */
final class RawHttp2Connection implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 20_000;
  private static final int DATA = 0x0;
  private static final int HEADERS = 0x1;
  private static final int RST_STREAM = 0x3;
  private static final int SETTINGS = 0x4;
  private static final int PING = 0x6;
  private static final int GOAWAY = 0x7;
  private static final int END_STREAM = 0x1;
  private static final int ACK = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int PRIORITY = 0x20;
  private static final int PRIORITY_BYTES = 5;

  /** What becomes of a request. */
  sealed interface Outcome {

    /** It was answered with a status. */
    record Answered(int status) implements Outcome {}

    /** Its stream was broken off, with an error code. */
    record Reset(int code) implements Outcome {}

    /** The whole connection was. */
    record Closed() implements Outcome {}
  }

  private record Frame(int type, int flags, int stream, byte[] payload) {}

  private final SSLSocket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false);

  RawHttp2Connection(int port, SSLContext trust) throws IOException {
    socket = (SSLSocket) trust.getSocketFactory().createSocket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    in = new DataInputStream(socket.getInputStream());
    socket
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  /**
   * Sends the head of a request.
   *
   * @param fields names and values in turn, as they are
   */
  void headers(int stream, boolean last, String... fields) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i += 2) {
      // Literal without indexing, new name (RFC 7541, section 6.2.2).
      block.write(0);
      text(block, fields[i]);
      text(block, fields[i + 1]);
    }
    frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block.toByteArray());
  }

  /** As long as the length fits the prefix of an integer (RFC 7541, section 5.1). */
  private static void text(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length >= 127) {
      throw new IllegalArgumentException("too long for this client: " + text);
    }
    block.write(bytes.length);
    block.writeBytes(bytes);
  }

  void data(int stream, boolean last, String content) throws IOException {
    frame(DATA, last ? END_STREAM : 0, stream, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length);
    frame.put((byte) (payload.length >> 16)).putShort((short) payload.length);
    frame.put((byte) type).put((byte) flags).putInt(stream).put(payload);
    socket.getOutputStream().write(frame.array());
    socket.getOutputStream().flush();
  }

  /** What becomes of the request on this stream. */
  Outcome outcome(int stream) throws IOException {
    try {
      while (true) {
        Frame frame = next();
        if (frame.type() == GOAWAY) {
          return new Outcome.Closed();
        }
        if (frame.stream() == stream && frame.type() == RST_STREAM) {
          return new Outcome.Reset(ByteBuffer.wrap(frame.payload()).getInt());
        }
        if (frame.type() == HEADERS) {
          int status = status(frame);
          if (frame.stream() == stream) {
            return new Outcome.Answered(status);
          }
        }
      }
    } catch (EOFException | SocketException e) {
      return new Outcome.Closed();
    }
  }

  /** Returns when all that was sent before has been read, or the connection is closed. */
  void settle() throws IOException {
    try {
      frame(PING, 0, 0, new byte[8]);
      Frame frame = next();
      while (frame.type() != PING || frame.flags() != ACK) {
        frame = next();
      }
    } catch (EOFException | SocketException e) {
      // Then nothing is read any more.
    }
  }

  private int status(Frame frame) throws IOException {
    int skipped = (frame.flags() & PRIORITY) == 0 ? 0 : PRIORITY_BYTES;
    ByteBuf block = Unpooled.wrappedBuffer(frame.payload()).skipBytes(skipped);
    try {
      return Integer.parseInt(decoder.decodeHeaders(frame.stream(), block).status().toString());
    } catch (Http2Exception e) {
      throw new IOException("the answer's headers cannot be read", e);
    }
  }

  private Frame next() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    return new Frame(type, flags, stream, in.readNBytes(length));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
