package dev.meridian.node.blobs.s3;

import io.minio.BaseS3Client;
import io.minio.Http;
import io.minio.MinioAsyncClient;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;

/**
 * The HTTP clients of one bucket, over one pool of connections.
 *
 * <p>Bytes travel by OkHttp too, which MinIO brings anyway: its time-outs are of single reads and
 * writes, so that a large part on a slow line may take its time while one that makes no progress is
 * given up; the JDK's client has no such.
 */
final class S3Clients implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(3);
  static final Duration SMALL_REQUEST = Duration.ofSeconds(10);
  private static final Duration PROGRESS = Duration.ofSeconds(30);

  /** Some servers put the parts together before they answer. */
  private static final Duration COMPLETION = Duration.ofMinutes(10);

  private static final Set<Integer> RETRIED = Set.of(500, 502, 504);
  private static final int RETRY_DELAY_MILLIS = 100;
  private static final int ATTEMPTS = 3;

  /** Held on to, since a logger that nobody holds forgets its level. */
  private static final Logger MINIO_LOG = Logger.getLogger(BaseS3Client.class.getName());

  static {
    // It warns of each completion on Ceph, whose answer has an empty ETag.
    MINIO_LOG.setLevel(Level.SEVERE);
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final OkHttpClient transfers;
  private final MinioAsyncClient quick;
  private final MinioAsyncClient patient;
  private final MinioAsyncClient signer;

  S3Clients(S3Settings settings, List<Interceptor> observers) {
    this.transfers = transfers(settings.endpoint().startsWith("https:"), threads, observers);
    this.quick =
        minio(settings, settings.endpoint(), transfers.newBuilder().callTimeout(SMALL_REQUEST));
    this.patient =
        minio(
            settings,
            settings.endpoint(),
            transfers.newBuilder().callTimeout(COMPLETION).readTimeout(COMPLETION));
    String publicEndpoint = settings.redirectEndpoint().orElse(settings.endpoint());
    this.signer = minio(settings, publicEndpoint, transfers.newBuilder());
  }

  private static OkHttpClient transfers(
      boolean https, ExecutorService threads, List<Interceptor> observers) {
    // By default five requests at once to one host.
    Dispatcher dispatcher = new Dispatcher(threads);
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    OkHttpClient.Builder builder =
        (https ? trusting() : cleartext())
            .dispatcher(dispatcher)
            .connectionPool(new ConnectionPool(64, 1, TimeUnit.MINUTES))
            .connectTimeout(CONNECT)
            .readTimeout(PROGRESS)
            .writeTimeout(PROGRESS);
    builder.interceptors().clear();
    builder.networkInterceptors().addAll(observers);
    return builder
        .addInterceptor(new ThrottleRetries())
        .addInterceptor(new ConnectionRetries())
        .addInterceptor(new Http.StatusRetryInterceptor(RETRIED, RETRY_DELAY_MILLIS, ATTEMPTS))
        .build();
  }

  /** As MinIO does it: with the certificates that SSL_CERT_FILE and SSL_CERT_DIR name. */
  private static OkHttpClient.Builder trusting() {
    return Http.newDefaultClient().newBuilder();
  }

  /** Loads no certificates, which takes a while. */
  private static OkHttpClient.Builder cleartext() {
    return new OkHttpClient.Builder()
        .protocols(List.of(Protocol.HTTP_1_1))
        .connectionSpecs(List.of(ConnectionSpec.CLEARTEXT));
  }

  private static MinioAsyncClient minio(
      S3Settings settings, String endpoint, OkHttpClient.Builder http) {
    MinioAsyncClient client =
        MinioAsyncClient.builder()
            .endpoint(endpoint)
            .region(settings.region())
            .credentials(settings.accessKey(), settings.secretKey())
            .httpClient(http.build())
            .build();
    if (settings.pathStyle()) {
      client.disableVirtualStyleEndpoint();
    } else {
      client.enableVirtualStyleEndpoint();
    }
    return client;
  }

  /** For small requests, each with a deadline as a whole. */
  MinioAsyncClient quick() {
    return quick;
  }

  /** For completing uploads. */
  MinioAsyncClient patient() {
    return patient;
  }

  /** Signs URLs for others. */
  MinioAsyncClient signer() {
    return signer;
  }

  /** For bytes, by URLs that {@link #quick} signed; a deadline on each step. */
  OkHttpClient transfers() {
    return transfers;
  }

  @Override
  public void close() {
    transfers.dispatcher().cancelAll();
    transfers.connectionPool().evictAll();
    threads.shutdown();
  }
}
