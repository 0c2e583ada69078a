package dev.meridian.node.blobs.s3;

import dev.meridian.model.ByteRange;
import dev.meridian.node.blobs.BlobBody;
import dev.meridian.node.blobs.BlobStoreException;
import dev.meridian.node.blobs.BlobStoreException.Kind;
import io.minio.GetPresignedObjectUrlArgs;
import io.minio.Http.Method;
import io.minio.MinioAsyncClient;
import io.minio.Xml;
import io.minio.errors.MinioException;
import io.minio.errors.XmlParserException;
import io.minio.messages.ErrorResponse;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSink;

/**
 * Moves bytes to and from the bucket by presigned URLs. All parts go this way: S3 wants checksums
 * for either all parts of an upload or none, and MinIO's own part upload always sends one.
 */
final class S3Transfers {

  /** Only has to last until the request begins. */
  private static final Duration OWN_LIFE = Duration.ofMinutes(15);

  private static final MediaType OCTETS = MediaType.get("application/octet-stream");
  private static final int LONGEST_ERROR = 64 << 10;

  private final String bucket;
  private final S3Clients clients;
  private final S3Errors errors;

  S3Transfers(String bucket, S3Clients clients, S3Errors errors) {
    this.bucket = bucket;
    this.clients = clients;
    this.errors = errors;
  }

  String put(String key, PartBytes bytes) {
    return put("write", key, Map.of(), bytes);
  }

  String putPart(String key, String uploadId, int number, PartBytes bytes) {
    return put(
        "write part " + number + " of",
        key,
        Map.of("uploadId", uploadId, "partNumber", Integer.toString(number)),
        bytes);
  }

  private String put(String operation, String key, Map<String, String> query, PartBytes bytes) {
    String url = sign(clients.quick(), Method.PUT, key, OWN_LIFE, query);
    Request request = new Request.Builder().url(url).put(new Body(bytes)).build();
    try (Response response = clients.transfers().newCall(request).execute()) {
      requireSuccess(response);
      String tag = response.header("ETag");
      if (tag == null) {
        throw new IOException("the answer has no ETag");
      }
      return tag.replace("\"", "");
    } catch (IOException e) {
      throw errors.of(operation, key, e);
    }
  }

  BlobBody get(String key, ByteRange range, Duration patience) {
    String url = sign(clients.quick(), Method.GET, key, OWN_LIFE, Map.of());
    Request request =
        new Request.Builder()
            .url(url)
            .header("Range", "bytes=" + range.first() + "-" + range.last())
            .build();
    Response response = null;
    boolean handedOn = false;
    try {
      // One more view of the same connections.
      OkHttpClient client = clients.transfers().newBuilder().readTimeout(patience).build();
      response = client.newCall(request).execute();
      requireSuccess(response);
      ResponseBody body = response.body();
      boolean asAsked = response.code() == 206 || range.first() == 0;
      if (!asAsked || body.contentLength() != range.length()) {
        throw new BlobStoreException(
            Kind.NOT_FOUND,
            "S3 "
                + errors.place()
                + ": "
                + key
                + " has no bytes "
                + range.first()
                + "-"
                + range.last());
      }
      handedOn = true;
      return new BlobBody.StreamBody(body.byteStream(), range.length());
    } catch (IOException e) {
      throw errors.of("read", key, e);
    } finally {
      if (response != null && !handedOn) {
        response.close();
      }
    }
  }

  /** The parts of an upload after this number. */
  ListedParts parts(String key, String uploadId, int after) {
    Map<String, String> query =
        Map.of("uploadId", uploadId, "part-number-marker", Integer.toString(after));
    String url = sign(clients.quick(), Method.GET, key, OWN_LIFE, query);
    Call call = clients.transfers().newCall(new Request.Builder().url(url).build());
    call.timeout().timeout(S3Clients.SMALL_REQUEST.toMillis(), TimeUnit.MILLISECONDS);
    try (Response response = call.execute()) {
      requireSuccess(response);
      return ListedParts.parse(response.body().byteStream());
    } catch (IOException e) {
      throw errors.of("list the parts of", key, e);
    }
  }

  /** A URL for others, at the bucket's public name. */
  URI presign(String key, Duration life, String contentType) {
    return URI.create(
        sign(
            clients.signer(), Method.GET, key, life, Map.of("response-content-type", contentType)));
  }

  private String sign(
      MinioAsyncClient signer,
      Method method,
      String key,
      Duration life,
      Map<String, String> query) {
    try {
      return signer.getPresignedObjectUrl(
          GetPresignedObjectUrlArgs.builder()
              .method(method)
              .bucket(bucket)
              .object(key)
              .expiry(Math.toIntExact(life.toSeconds()))
              .extraQueryParams(query)
              .build());
    } catch (MinioException e) {
      throw errors.of("sign a URL for", key, e);
    }
  }

  private static void requireSuccess(Response response) throws IOException {
    if (response.isSuccessful()) {
      return;
    }
    String text = response.peekBody(LONGEST_ERROR).string();
    try {
      ErrorResponse error = Xml.unmarshal(ErrorResponse.class, text);
      String code = Objects.requireNonNullElse(error.code(), "");
      throw new S3Errors.ResponseException(response.code(), code, error.message());
    } catch (XmlParserException e) {
      // Not from S3 but from something before it; its page says nothing.
      throw new S3Errors.ResponseException(response.code(), "", response.message());
    }
  }

  /** A request body that can be sent again. */
  private static final class Body extends RequestBody {

    private final PartBytes bytes;

    Body(PartBytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public MediaType contentType() {
      return OCTETS;
    }

    @Override
    public long contentLength() {
      return bytes.length();
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      bytes.writeTo(sink.outputStream());
    }
  }
}
