package dev.meridian.node.blobs.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sends an idempotent request again when its connection broke. MinIO's own interceptor does so for
 * status codes, OkHttp only for connections that were already dead when they were taken from the
 * pool. A deadline that passed is final.
 */
final class ConnectionRetries implements Interceptor {

  private static final int ATTEMPTS = 3;
  private static final int BACKOFF_MILLIS = 100;
  private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "PUT", "DELETE");

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    for (int attempt = 1; ; attempt++) {
      try {
        return chain.proceed(request);
      } catch (IOException e) {
        boolean last = attempt == ATTEMPTS || chain.call().isCanceled();
        if (last || e instanceof InterruptedIOException || !IDEMPOTENT.contains(request.method())) {
          throw e;
        }
        pause(0, BACKOFF_MILLIS << attempt);
      }
    }
  }

  /** Waits for a random time, so that those who were refused together do not come back together. */
  static void pause(int leastMillis, int mostMillis) throws IOException {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(leastMillis, mostMillis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between two attempts");
    }
  }
}
