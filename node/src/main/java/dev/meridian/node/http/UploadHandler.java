package dev.meridian.node.http;

import dev.meridian.access.Action;
import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.registry.BlobService;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.Residency;
import dev.meridian.node.registry.StandIn;
import dev.meridian.node.registry.UploadForwarder;
import dev.meridian.node.registry.UploadService;
import dev.meridian.node.registry.UploadSession;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /v2/<name>/blobs/uploads/} and the sessions below it (OCI distribution-spec, end-4, end-5,
 * end-6, end-11, end-13, end-14). Locations are paths, so that they hold behind any proxy.
 */
final class UploadHandler {

  private static final Pattern CONTENT_RANGE = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

  /** What this node says itself, whatever the node that did the work says. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "content-length",
          "date",
          "x-request-id",
          "docker-distribution-api-version",
          "meridian-revision");

  private final UploadService uploads;
  private final BlobService blobs;
  private final UploadForwarder forwarder;
  private final Residency residency;
  private final OptionalLong chunkMinLength;

  /**
   * @param chunkMinLength the smallest chunk that object storage takes well, in bytes
   */
  UploadHandler(
      UploadService uploads,
      BlobService blobs,
      UploadForwarder forwarder,
      Residency residency,
      OptionalLong chunkMinLength) {
    this.uploads = uploads;
    this.blobs = blobs;
    this.forwarder = forwarder;
    this.residency = residency;
    this.chunkMinLength = chunkMinLength;
  }

  /** POST: mounts, takes a whole blob, or begins a session. */
  Response begin(Request request, Route.Match path) throws IOException {
    RepositoryName repository = path.repository();
    Optional<Digest> mount = digest(request, "mount");
    Optional<Digest> whole = digest(request, "digest");
    if (mount.isPresent()) {
      Optional<RepositoryName> from = request.parameter("from").map(UploadHandler::from);
      // What the client may not read is not there for it: it uploads the blob.
      boolean readable = from.isEmpty() || request.access().allows(from.get(), Action.PULL);
      if (readable && blobs.mount(request.caller(), repository, mount.get(), from)) {
        return created(repository, mount.get());
      }
    }
    Set<RegionId> only = residency.ofUploads(repository);
    if (!residency.includesOwn(only)) {
      return elsewhere(request, repository, only);
    }
    Optional<RegionId> standIn = forwarder.standIn(only);
    if (standIn.isPresent()) {
      return forward(request, standIn.get());
    }
    if (whole.isPresent()) {
      uploads.push(request.caller(), repository, request.body(), whole.get(), standIn(request));
      return created(repository, whole.get());
    }
    UploadSession begun = uploads.begin(request.caller(), repository, algorithm(request));
    Response accepted =
        session(202, begun).with("Location", forwarder.location(only, begun.location()));
    return chunkMinLength.isEmpty()
        ? accepted
        : accepted.with("OCI-Chunk-Min-Length", Long.toString(chunkMinLength.getAsLong()));
  }

  /** All other requests of a session. */
  Response handle(Request request, Route.Match path) throws IOException {
    RepositoryName repository = path.repository();
    String token = path.last();
    RegionId region = uploads.regionOf(request.caller(), repository, token);
    if (forwarder.isElsewhere(region)) {
      Set<RegionId> only = residency.ofUploads(repository);
      return residency.includesOwn(only)
          ? forward(request, region)
          : elsewhere(request, repository, Set.of(region));
    }
    return switch (request.method()) {
      case "PATCH" ->
          session(
              202,
              uploads.append(
                  request.caller(),
                  repository,
                  token,
                  chunk(request),
                  request.body(),
                  standIn(request)));
      case "PUT" -> finish(request, repository, token);
      case "DELETE" -> {
        uploads.cancel(request.caller(), repository, token);
        yield Response.of(204);
      }
      default -> session(204, uploads.status(request.caller(), repository, token));
    };
  }

  private Response finish(Request request, RepositoryName repository, String token)
      throws IOException {
    Digest digest =
        digest(request, "digest")
            .orElseThrow(
                () -> RegistryError.DIGEST_INVALID.because("the parameter digest is missing"));
    uploads.finish(
        request.caller(),
        repository,
        token,
        chunk(request),
        request.body(),
        digest,
        standIn(request));
    return created(repository, digest);
  }

  private StandIn standIn(Request request) {
    return new StandInRegion(request, forwarder, residency);
  }

  /** Bytes that must not be in this region are not passed on either. */
  private Response elsewhere(Request request, RepositoryName repository, Set<RegionId> only) {
    return Response.of(307)
        .with("Location", residency.redirect(repository, only, request.target(), request.origin()));
  }

  private Response forward(Request request, RegionId region) throws IOException {
    boolean bodiless = request.body().isConsumed();
    UploadForwarder.Inbound reply =
        forwarder.forward(
            region,
            new UploadForwarder.Outbound(
                request.method(),
                request.target(),
                request.forwardedHeaders(forwarder.own()),
                bodiless ? Optional.empty() : Optional.of(request.body()),
                request.contentLength()));
    RevisionHeaders.passOn(reply.headers());
    Response response = Response.of(reply.status()).with(new Response.Content.Bytes(reply.body()));
    reply
        .headers()
        .forEach((name, values) -> {
          if (!OWN_HEADERS.contains(name)) {
            response.with(name, String.join(", ", values));
          }
        });
    return response;
  }

  private static Response session(int status, UploadSession session) {
    return Response.of(status)
        .with("Location", session.location())
        .with("Range", session.range())
        .with("Docker-Upload-UUID", session.id().toString());
  }

  private static Response created(RepositoryName repository, Digest digest) {
    return Response.of(201)
        .with("Location", "/v2/" + repository + "/blobs/" + digest)
        .with("Docker-Content-Digest", digest.toString());
  }

  /** Where the body lies within the blob, if the client says so, and that it has that length. */
  private static Optional<ByteRange> chunk(Request request) {
    Optional<String> header = request.header("Content-Range");
    if (header.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = CONTENT_RANGE.matcher(header.get());
    if (!matcher.matches()) {
      throw RegistryError.BLOB_UPLOAD_INVALID.because(
          "Content-Range is not valid: expected <first>-<last>, without a unit");
    }
    long first = Long.parseLong(matcher.group(1));
    long last = Long.parseLong(matcher.group(2));
    if (last < first) {
      throw RegistryError.BLOB_UPLOAD_INVALID.because(
          "Content-Range is not valid: its last byte is before its first");
    }
    ByteRange range = new ByteRange(first, last);
    OptionalLong length = request.contentLength();
    if (length.isPresent() && length.getAsLong() != range.length()) {
      throw RegistryError.SIZE_INVALID.because(
          "Content-Range says "
              + range.length()
              + " bytes, but Content-Length says "
              + length.getAsLong());
    }
    return Optional.of(range);
  }

  private static Optional<Digest> digest(Request request, String parameter) {
    return request
        .parameter(parameter)
        .map(text -> {
          try {
            return Digest.parse(text);
          } catch (IllegalArgumentException e) {
            throw RegistryError.DIGEST_INVALID.because(
                "parameter " + parameter + ": " + e.getMessage(), e);
          }
        });
  }

  private static Digest.Algorithm algorithm(Request request) {
    return request
        .parameter("digest-algorithm")
        .map(text -> {
          try {
            return Digest.Algorithm.parse(text);
          } catch (IllegalArgumentException e) {
            throw RegistryError.DIGEST_INVALID.because(
                "parameter digest-algorithm: " + e.getMessage(), e);
          }
        })
        .orElse(Digest.Algorithm.SHA256);
  }

  private static RepositoryName from(String text) {
    try {
      return RepositoryName.parse(text);
    } catch (IllegalArgumentException e) {
      throw RegistryError.NAME_INVALID.because("parameter from: " + e.getMessage(), e);
    }
  }
}
