package dev.meridian.loadtest.proof;

import dev.meridian.loadtest.history.Action;
import dev.meridian.loadtest.history.Condition;
import dev.meridian.loadtest.history.Outcome;
import dev.meridian.loadtest.http.HttpRequest;
import dev.meridian.loadtest.http.HttpResponse;
import dev.meridian.loadtest.http.HttpSession;
import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.oci.Manifest;
import dev.meridian.model.Digest;
import dev.meridian.model.TagName;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Does one action after the other in one repository at a region's node, sends nothing twice, and
 * tells of each exactly what is known. Used by one thread.
 */
final class RegionClient implements Closeable {

  private static final String REPOSITORY = "/v2/loadtest/history";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final JsonMapper JSON = new JsonMapper();

  private final Origin origin;
  private final HttpSession session = HttpSession.sendingOnce(PATIENCE);

  RegionClient(Origin origin) {
    this.origin = origin;
  }

  /** A response with its body. */
  private record Answer(HttpResponse response, byte[] body) {
    int status() {
      return response.status();
    }

    Optional<String> digest() {
      return response.header("Docker-Content-Digest");
    }
  }

  Outcome perform(Task task) {
    HttpRequest request = request(task);
    try {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      HttpResponse response = session.send(origin, request, body::write);
      return outcome(task, new Answer(response, body.toByteArray()));
    } catch (ConnectException e) {
      return new Outcome.Nothing("not connected");
    } catch (IOException e) {
      return noAnswer(task, "no answer, " + e.getMessage());
    }
  }

  private static Outcome noAnswer(Task task, String reason) {
    return task.action().isWrite() ? new Outcome.Unknown(reason) : new Outcome.Nothing(reason);
  }

  private static HttpRequest request(Task task) {
    return switch (task.action()) {
      case Action.Put(TagName tag, _, Condition condition) ->
          conditional(put(tag.value(), task), condition);
      case Action.PutTagged(Digest manifest, List<TagName> tags) ->
          put(
              tags.stream()
                  .map(tag -> "tag=" + tag)
                  .collect(Collectors.joining("&", manifest + "?", "")),
              task);
      case Action.DeleteTag(TagName tag) -> manifests("DELETE", tag.value());
      case Action.DeleteManifest(Digest manifest) -> manifests("DELETE", manifest.toString());
      case Action.ReadTag(TagName tag, boolean headOnly) ->
          manifests(headOnly ? "HEAD" : "GET", tag.value());
      case Action.ReadManifest(Digest manifest) -> manifests("GET", manifest.toString());
      case Action.ListTags _ -> HttpRequest.of("GET", REPOSITORY + "/tags/list?n=1000");
    };
  }

  private static HttpRequest manifests(String method, String reference) {
    return HttpRequest.of(method, REPOSITORY + "/manifests/" + reference);
  }

  private static HttpRequest put(String reference, Task task) {
    Manifest manifest = task.manifest().orElseThrow();
    return manifests("PUT", reference)
        .with("Content-Type", manifest.mediaType())
        .with(manifest.body());
  }

  private static HttpRequest conditional(HttpRequest request, Condition condition) {
    return switch (condition) {
      case Condition.None() -> request;
      case Condition.Absent() -> request.with("If-None-Match", "*");
      case Condition.Names(Digest manifest) -> request.with("If-Match", "\"" + manifest + "\"");
    };
  }

  /** A 503 of a write may have come after the write was sent to the metadata plane. */
  private static Outcome outcome(Task task, Answer answer) {
    if (answer.status() == 503) {
      return noAnswer(task, "503");
    }
    return switch (task.action()) {
      case Action.Put(_, _, Condition condition) -> written(task, condition, answer);
      case Action.PutTagged _ -> written(task, new Condition.None(), answer);
      case Action.DeleteTag _, Action.DeleteManifest _ ->
          switch (answer.status()) {
            case 202 -> new Outcome.Done();
            case 404 -> new Outcome.NotFound();
            default -> wrong(answer);
          };
      case Action.ReadTag(_, boolean headOnly) ->
          switch (answer.status()) {
            case 200 -> found(answer, headOnly);
            case 404 -> new Outcome.NotFound();
            default -> wrong(answer);
          };
      case Action.ReadManifest(Digest manifest) ->
          switch (answer.status()) {
            case 200 ->
                answer.digest().filter(manifest.toString()::equals).isPresent()
                    ? found(answer, false)
                    : new Outcome.Wrong("digest " + answer.digest());
            case 404 -> new Outcome.NotFound();
            default -> wrong(answer);
          };
      case Action.ListTags _ ->
          switch (answer.status()) {
            case 200 -> listed(answer);
            case 404 -> new Outcome.NotFound();
            default -> wrong(answer);
          };
    };
  }

  private static Outcome written(Task task, Condition condition, Answer answer) {
    String digest = task.manifest().orElseThrow().digest().toString();
    if (answer.status() == 201 && answer.digest().filter(digest::equals).isPresent()) {
      return new Outcome.Done();
    }
    return answer.status() == 412 && !(condition instanceof Condition.None)
        ? new Outcome.ConditionFailed()
        : wrong(answer);
  }

  private static Outcome found(Answer answer, boolean headOnly) {
    Digest digest;
    try {
      digest = Digest.parse(answer.digest().orElse(""));
    } catch (IllegalArgumentException e) {
      return new Outcome.Wrong(e.getMessage());
    }
    boolean exact = headOnly || Digest.of(digest.algorithm(), answer.body()).equals(digest);
    return exact ? new Outcome.Found(digest) : new Outcome.Wrong("not the bytes of " + digest);
  }

  private static Outcome listed(Answer answer) {
    try {
      Set<TagName> tags =
          StreamSupport.stream(JSON.readTree(answer.body()).path("tags").spliterator(), false)
              .map(JsonNode::asString)
              .map(TagName::parse)
              .collect(Collectors.toSet());
      return new Outcome.Listed(tags);
    } catch (JacksonException | IllegalArgumentException e) {
      return new Outcome.Wrong(e.getMessage());
    }
  }

  private static Outcome wrong(Answer answer) {
    return new Outcome.Wrong(answer.status() + " " + answer.response().failureText().strip());
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}
