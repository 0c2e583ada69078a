package dev.meridian.node.http.exchange;

import dev.meridian.model.Digest;
import dev.meridian.node.registry.BlobDownload;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** An answer, until it is written. */
public final class Response {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** What follows the head. */
  public sealed interface Content extends AutoCloseable {

    long length();

    @Override
    default void close() {}

    /** Nothing; a HEAD tells the length that a GET would have. */
    record Absent(long length) implements Content {}

    /** Bytes in memory. */
    record Bytes(byte[] bytes) implements Content {
      @Override
      public long length() {
        return bytes.length;
      }
    }

    /** A part of a local file. */
    record File(BlobDownload.FromFile file) implements Content {
      @Override
      public long length() {
        return file.length();
      }
    }

    /** A stream, to be closed. */
    record Stream(BlobDownload.FromStream stream) implements Content {
      @Override
      public long length() {
        return stream.length();
      }

      @Override
      public void close() {
        stream.close();
      }
    }
  }

  private final int status;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private Content content = new Content.Absent(0);

  private Response(int status) {
    this.status = status;
  }

  /** An answer without content. */
  public static Response of(int status) {
    return new Response(status);
  }

  /** An answer about content that is named by its digest (RFC 9110, section 8.8.3). */
  public static Response of(int status, Digest digest) {
    return of(status)
        .with("Docker-Content-Digest", digest.toString())
        .with("ETag", entityTag(digest));
  }

  /** The digest in quotes. */
  public static String entityTag(Digest digest) {
    return "\"" + digest + "\"";
  }

  /** An answer with a JSON document. */
  public static Response json(int status, Object document) {
    return of(status)
        .with("Content-Type", "application/json")
        .with(new Content.Bytes(JSON.writeValueAsBytes(document)));
  }

  /** An answer with text. */
  public static Response text(int status, String text) {
    return of(status)
        .with("Content-Type", "text/plain; charset=utf-8")
        .with(new Content.Bytes(text.getBytes(StandardCharsets.UTF_8)));
  }

  public Response with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  public Response with(String header, Optional<?> value) {
    value.ifPresent(present -> headers.put(header, present.toString()));
    return this;
  }

  public Response with(Content newContent) {
    content = newContent;
    return this;
  }

  public int status() {
    return status;
  }

  public Map<String, String> headers() {
    return Collections.unmodifiableMap(headers);
  }

  public Content content() {
    return content;
  }
}
