package dev.meridian.controlplane.store;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * How a key or a value is written down. Equal values give equal bytes, on every replica; the bytes
 * of keys order as their values do.
 */
public interface Codec<T> {

  /** The value as bytes; the array is the caller's. */
  byte[] encode(T value);

  /**
   * The value that was written down.
   *
   * @throws IllegalArgumentException when the bytes are not of this codec
   */
  T decode(byte[] bytes);

  /** A codec of these two functions. */
  static <T> Codec<T> of(Function<T, byte[]> encode, Function<byte[], T> decode) {
    return new Codec<>() {
      @Override
      public byte[] encode(T value) {
        return encode.apply(value);
      }

      @Override
      public T decode(byte[] bytes) {
        return decode.apply(bytes);
      }
    };
  }

  /** A protobuf message, its maps in the order of their keys. */
  static <M extends MessageLite> Codec<M> message(Parser<M> parser) {
    return of(Codec::serialize, bytes -> parse(parser, bytes));
  }

  /** Eight bytes, big-endian. */
  static Codec<Long> number() {
    return of(
        value -> ByteBuffer.allocate(Long.BYTES).putLong(value).array(),
        bytes -> ByteBuffer.wrap(bytes).getLong());
  }

  private static byte[] serialize(MessageLite message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array of the message's size has room for it", e);
    }
    out.checkNoSpaceLeft();
    return bytes;
  }

  private static <M> M parse(Parser<M> parser, byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "a stored record of " + bytes.length + " bytes is not the message expected there", e);
    }
  }
}
