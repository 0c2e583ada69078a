package dev.meridian.node.blobs.s3;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/** Writes down every HTTP request to storage, and loses answers when it is told to. */
final class RecordedRequests implements Interceptor {

  private final List<String> requests = new ArrayList<>();
  private Optional<String> losing = Optional.empty();

  @Override
  public Response intercept(Chain chain) throws IOException {
    String name = nameOf(chain.request());
    synchronized (this) {
      requests.add(name);
    }
    Response response = chain.proceed(chain.request());
    if (isLost(name)) {
      response.close();
      throw new IOException("lost the answer to " + name);
    }
    return response;
  }

  private synchronized boolean isLost(String name) {
    boolean lost = losing.filter(name::equals).isPresent();
    losing = lost ? Optional.empty() : losing;
    return lost;
  }

  /** The answer to the next request of this name does not arrive. */
  synchronized void loseAnswer(String name) {
    losing = Optional.of(name);
  }

  /** The names of all requests since they were last drained. */
  synchronized List<String> soFar() {
    return List.copyOf(requests);
  }

  /** The same, of which the next call tells no more. */
  synchronized List<String> drain() {
    List<String> drained = List.copyOf(requests);
    requests.clear();
    return drained;
  }

  private static String nameOf(Request request) {
    Set<String> query = request.url().queryParameterNames();
    return switch (request.method()) {
      case "PUT" -> query.contains("partNumber") ? "part" : "put";
      case "POST" -> query.contains("uploads") ? "create" : "complete";
      case "DELETE" -> query.contains("uploadId") ? "abort" : "delete";
      case "HEAD" -> "head";
      case "GET" -> nameOfGet(query);
      default -> request.method();
    };
  }

  private static String nameOfGet(Set<String> query) {
    if (query.contains("uploadId")) {
      return "list parts";
    }
    if (query.contains("uploads")) {
      return "list uploads";
    }
    return query.contains("list-type") ? "list objects" : "get";
  }
}
