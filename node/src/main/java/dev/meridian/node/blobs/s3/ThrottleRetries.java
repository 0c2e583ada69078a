package dev.meridian.node.blobs.s3;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sends a request again, later and later, that storage did not take because there were too many. It
 * gives up within three seconds, so that a request's deadline never passes for this reason: what
 * storage says then goes on to the client, who knows how long it can wait.
 */
final class ThrottleRetries implements Interceptor {

  private static final Set<Integer> THROTTLED = Set.of(429, 503);
  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Response response = chain.proceed(request);
    if (isProbe(request)) {
      return response;
    }
    for (int retry = 0; retry < ATTEMPTS - 1 && THROTTLED.contains(response.code()); retry++) {
      response.close();
      int longest = Math.toIntExact(FIRST_PAUSE.toMillis()) << retry;
      ConnectionRetries.pause(longest / 2, longest);
      response = chain.proceed(request);
    }
    return response;
  }

  /** It asks how storage is now. */
  private static boolean isProbe(Request request) {
    List<String> path = request.url().pathSegments();
    return path.size() > 1 && path.get(path.size() - 2).equals(S3BlobStore.PROBES);
  }
}
