package dev.meridian.loadtest.oci;

import dev.meridian.loadtest.http.HttpRequest;
import dev.meridian.loadtest.http.HttpResponse;
import dev.meridian.loadtest.http.HttpSession;
import dev.meridian.loadtest.http.Origin;
import dev.meridian.loadtest.http.ResponseSink;
import dev.meridian.model.Digest;
import dev.meridian.model.MediaTypes;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A registry's public API (OCI distribution-spec v1.1) over connections of its own. Used by one
 * thread. Every method throws {@link RefusedException} for a status that the specification does not
 * give for success, and another IOException when there was no answer.
 */
public final class OciClient implements Closeable {

  private static final String ACCEPT =
      String.join(
          ", ",
          MediaTypes.OCI_MANIFEST,
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_MANIFEST,
          MediaTypes.DOCKER_MANIFEST_LIST);

  private final AuthorizedSession session;

  /** A client of the registry at an origin. */
  public OciClient(Origin origin, Authorizer authorizer) {
    this.session = new AuthorizedSession(origin, authorizer, new HttpSession());
  }

  /** Connects already, so that the first request does not wait for it. */
  public void open() throws IOException {
    session.open();
  }

  /** Checks that an OCI registry answers at all ("Determining Support"). */
  public void ping() throws IOException {
    HttpRequest request = HttpRequest.of("GET", "/v2/");
    expect(request, session.send(request, "ping", ResponseSink.DISCARD), 200);
  }

  /** Asks for a manifest's head; gives the size that the registry tells. */
  public long headManifest(RepositoryName repository, Reference reference) throws IOException {
    HttpRequest request = manifestRequest("HEAD", repository, reference);
    HttpResponse response = session.send(request, pull(repository), ResponseSink.DISCARD);
    expect(request, response, 200);
    return response.header("Content-Length").map(Long::parseLong).orElse(0L);
  }

  /** Reads a manifest; gives the number of its bytes. */
  public long getManifest(RepositoryName repository, Reference reference, ResponseSink sink)
      throws IOException {
    HttpRequest request = manifestRequest("GET", repository, reference);
    HttpResponse response = session.send(request, pull(repository), sink);
    expect(request, response, 200);
    return response.length();
  }

  /**
   * Writes a manifest.
   *
   * @return whether the registry lists it among the referrers of its subject by itself
   */
  public boolean putManifest(RepositoryName repository, Reference reference, Manifest manifest)
      throws IOException {
    return put(repository, reference.toString(), manifest).header("OCI-Subject").isPresent();
  }

  /**
   * Writes a manifest and several tags of it with one request ({@code ?tag=}).
   *
   * @throws IOException also when the registry does not tell that it wrote all tags
   */
  public void putManifest(RepositoryName repository, List<TagName> tags, Manifest manifest)
      throws IOException {
    String query = tags.stream().map(tag -> "tag=" + tag).collect(Collectors.joining("&"));
    HttpResponse response = put(repository, manifest.digest() + "?" + query, manifest);
    String written = response.header("OCI-Tag").orElse("");
    if (!List.of(written.split(" *, *")).containsAll(tags.stream().map(TagName::value).toList())) {
      throw new IOException("the registry wrote the tags \"" + written + "\", expected " + tags);
    }
  }

  private HttpResponse put(RepositoryName repository, String reference, Manifest manifest)
      throws IOException {
    HttpRequest request =
        HttpRequest.of("PUT", path(repository) + "/manifests/" + reference)
            .with("Content-Type", manifest.mediaType())
            .with(manifest.body());
    HttpResponse response = session.send(request, push(repository), ResponseSink.DISCARD);
    expect(request, response, 201);
    return response;
  }

  /** Removes a manifest or tag; one that is not there is fine. */
  public void deleteManifest(RepositoryName repository, Reference reference) throws IOException {
    delete(repository, "/manifests/" + reference);
  }

  /** Whether a blob is in a repository. */
  public boolean hasBlob(RepositoryName repository, Digest digest) throws IOException {
    HttpRequest request = HttpRequest.of("HEAD", path(repository) + "/blobs/" + digest);
    HttpResponse response = session.fetch(request, pull(repository), ResponseSink.DISCARD);
    if (response.status() != 404) {
      expect(request, response, 200);
    }
    return response.status() == 200;
  }

  /** Reads a blob, also where the registry sends the client to its storage. */
  public long getBlob(RepositoryName repository, Digest digest, ResponseSink sink)
      throws IOException {
    HttpRequest request = HttpRequest.of("GET", path(repository) + "/blobs/" + digest);
    HttpResponse response = session.fetch(request, pull(repository), sink);
    expect(request, response, 200);
    return response.length();
  }

  /** Writes a blob with one POST and one PUT ("Pushing a blob monolithically: POST then PUT"). */
  public void pushBlob(RepositoryName repository, Blob blob) throws IOException {
    finishUpload(repository, startUpload(repository), blob, true);
  }

  /** Writes a blob with one POST, a PATCH for each chunk, and a closing PUT. */
  public void pushBlobChunked(RepositoryName repository, Blob blob, long chunkSize)
      throws IOException {
    String location = startUpload(repository);
    for (long offset = 0; offset < blob.length(); offset += chunkSize) {
      long length = Math.min(chunkSize, blob.length() - offset);
      HttpRequest request =
          HttpRequest.of("PATCH", location)
              .with("Content-Type", "application/octet-stream")
              .with("Content-Range", offset + "-" + (offset + length - 1))
              .with(blob.part(offset, length));
      HttpResponse response = session.sendTo(request, push(repository), ResponseSink.DISCARD);
      expect(request, response, 202);
      location = location(response, "PATCH");
    }
    finishUpload(repository, location, blob, false);
  }

  /** Links a blob of another repository; false when the registry wants it uploaded instead. */
  public boolean mountBlob(RepositoryName repository, Digest digest, RepositoryName from)
      throws IOException {
    HttpRequest request =
        HttpRequest.of(
            "POST", path(repository) + "/blobs/uploads/?mount=" + digest + "&from=" + from);
    HttpResponse response =
        session.send(request, push(repository) + " from " + from, ResponseSink.DISCARD);
    expect(request, response, 201, 202);
    if (response.status() == 202) {
      HttpRequest cancel = HttpRequest.of("DELETE", location(response, "POST"));
      session.sendTo(cancel, push(repository), ResponseSink.DISCARD);
    }
    return response.status() == 201;
  }

  /** Removes a blob from a repository; one that is not there is fine. */
  public void deleteBlob(RepositoryName repository, Digest digest) throws IOException {
    delete(repository, "/blobs/" + digest);
  }

  /** Reads one page of a repository's tags; gives the number of its bytes. */
  public long tags(RepositoryName repository, int pageSize, String last, ResponseSink sink)
      throws IOException {
    return page(path(repository) + "/tags/list", pageSize, last, pull(repository), sink);
  }

  /** Reads one page of the list of repositories; gives the number of its bytes. */
  public long catalog(int pageSize, String last, ResponseSink sink) throws IOException {
    return page("/v2/_catalog", pageSize, last, "catalog", sink);
  }

  /** Reads the list of what refers to a manifest; gives the number of its bytes. */
  public long referrers(RepositoryName repository, Digest subject, ResponseSink sink)
      throws IOException {
    HttpRequest request = HttpRequest.of("GET", path(repository) + "/referrers/" + subject);
    HttpResponse response = session.send(request, pull(repository), sink);
    expect(request, response, 200);
    return response.length();
  }

  @Override
  public void close() throws IOException {
    session.close();
  }

  private String startUpload(RepositoryName repository) throws IOException {
    HttpRequest request = HttpRequest.of("POST", path(repository) + "/blobs/uploads/");
    HttpResponse response = session.send(request, push(repository), ResponseSink.DISCARD);
    expect(request, response, 202);
    return location(response, "POST");
  }

  private void finishUpload(
      RepositoryName repository, String location, Blob blob, boolean withContent)
      throws IOException {
    char separator = location.indexOf('?') < 0 ? '?' : '&';
    HttpRequest request = HttpRequest.of("PUT", location + separator + "digest=" + blob.digest());
    if (withContent) {
      request = request.with("Content-Type", "application/octet-stream").with(blob);
    }
    HttpResponse response = session.sendTo(request, push(repository), ResponseSink.DISCARD);
    expect(request, response, 201);
  }

  private long page(String path, int pageSize, String last, String purpose, ResponseSink sink)
      throws IOException {
    String after = last.isEmpty() ? "" : "&last=" + last;
    HttpRequest request = HttpRequest.of("GET", path + "?n=" + pageSize + after);
    HttpResponse response = session.send(request, purpose, sink);
    expect(request, response, 200);
    return response.length();
  }

  private void delete(RepositoryName repository, String what) throws IOException {
    HttpRequest request = HttpRequest.of("DELETE", path(repository) + what);
    HttpResponse response = session.send(request, "delete of " + repository, ResponseSink.DISCARD);
    expect(request, response, 202, 404);
  }

  private static HttpRequest manifestRequest(
      String method, RepositoryName repository, Reference reference) {
    return HttpRequest.of(method, path(repository) + "/manifests/" + reference)
        .with("Accept", ACCEPT);
  }

  private static String location(HttpResponse response, String method) throws IOException {
    return response
        .header("Location")
        .orElseThrow(() -> new IOException(method + " of an upload answered without a Location"));
  }

  private static void expect(HttpRequest request, HttpResponse response, int... statuses)
      throws RefusedException {
    for (int status : statuses) {
      if (response.status() == status) {
        return;
      }
    }
    String what = request.method() + " " + request.target();
    throw RefusedException.of(what, response);
  }

  private static String path(RepositoryName repository) {
    return "/v2/" + repository;
  }

  private static String pull(RepositoryName repository) {
    return "pull of " + repository;
  }

  private static String push(RepositoryName repository) {
    return "push to " + repository;
  }
}
