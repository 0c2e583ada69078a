package dev.meridian.node.http;

import dev.meridian.access.Action;
import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.redirect.RegionRedirects;
import dev.meridian.node.registry.BlobDownload;
import dev.meridian.node.registry.BlobService;
import dev.meridian.node.registry.BlobService.Blob;
import dev.meridian.node.registry.BlobService.Location;
import dev.meridian.node.registry.RegistryError;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code /v2/<name>/blobs/<digest>} (OCI distribution-spec, end-2, end-10). */
final class BlobHandler {

  private final BlobService blobs;
  private final Counter redirected;
  private final Counter sentToRegion;
  private final Counter streamed;

  BlobHandler(BlobService blobs, MeterRegistry meters) {
    this.blobs = blobs;
    this.redirected = redirects(meters, "redirect");
    this.sentToRegion = redirects(meters, "region");
    this.streamed = redirects(meters, "stream");
  }

  private static Counter redirects(MeterRegistry meters, String mode) {
    return Counter.builder("meridian.redirects")
        .description("GETs of blobs, by how the client gets the bytes")
        .tag("mode", mode)
        .register(meters);
  }

  Response handle(Request request, Route.Match path) {
    RepositoryName repository = path.repository();
    Digest digest = path.digest();
    Optional<String> capability = request.parameter(RegionRedirects.PARAMETER);
    capability.ifPresent(text -> blobs.checkCapability(repository, digest, text));
    return switch (request.method()) {
      case "DELETE" -> {
        blobs.delete(request.caller(), repository, digest);
        yield Response.of(202);
      }
      case "HEAD" -> {
        // Who may not push relies on nothing: there is no life of a link to be renewed for them.
        Blob blob =
            request.access().allows(repository, Action.PUSH)
                ? blobs.findForPush(request.caller(), repository, digest)
                : blobs.find(repository, digest);
        yield head(200, blob).with(new Response.Content.Absent(blob.size()));
      }
      default -> get(request, blobs.find(repository, digest), capability.isPresent());
    };
  }

  /** Where a blob is, as {@code meridianctl blob where} tells it. */
  Response locations(Route.Match path) {
    Location location = blobs.locate(path.repository(), path.digest());
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("digest", location.digest().toString());
    json.put("size", location.size());
    json.put(
        "regions", location.verified().entrySet().stream().map(BlobHandler::regionCopy).toList());
    return Response.json(200, json);
  }

  private static Map<String, Object> regionCopy(Map.Entry<RegionId, Instant> copy) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("region", copy.getKey().value());
    json.put("verified", copy.getValue().truncatedTo(ChronoUnit.SECONDS).toString());
    return json;
  }

  private Response get(Request request, Blob blob, boolean sentHere) {
    if (request.has(blob.digest())) {
      return Response.of(304, blob.digest());
    }
    Optional<ByteRange> range = range(request, blob);
    BlobDownload download = blobs.open(blob, range, request.origin(), sentHere);
    return switch (download) {
      case BlobDownload.InStorage storage -> {
        redirected.increment();
        yield elsewhere(storage.location(), blob);
      }
      case BlobDownload.InRegion region -> {
        sentToRegion.increment();
        yield elsewhere(region.location(), blob);
      }
      case BlobDownload.FromFile file -> {
        streamed.increment();
        yield ranged(blob, range).with(new Response.Content.File(file));
      }
      case BlobDownload.FromStream stream -> {
        streamed.increment();
        yield ranged(blob, range).with(new Response.Content.Stream(stream));
      }
    };
  }

  private static Response elsewhere(URI location, Blob blob) {
    return Response.of(307)
        .with("Location", location.toString())
        .with("Docker-Content-Digest", blob.digest().toString());
  }

  private static Response ranged(Blob blob, Optional<ByteRange> range) {
    return range
        .map(part -> head(206, blob).with("Content-Range", contentRange(part, blob)))
        .orElseGet(() -> head(200, blob));
  }

  private static Response head(int status, Blob blob) {
    return Response.of(status, blob.digest())
        .with("Content-Type", BlobService.CONTENT_TYPE)
        .with("Accept-Ranges", "bytes")
        .with("Cache-Control", "max-age=31536000");
  }

  private static String contentRange(ByteRange range, Blob blob) {
    return "bytes " + range.first() + "-" + range.last() + "/" + blob.size();
  }

  /**
   * The part that is asked for. An If-Range that names something else asks for all (RFC 9110,
   * section 13.1.5).
   */
  private static Optional<ByteRange> range(Request request, Blob blob) {
    Optional<String> header = request.header("Range");
    Optional<String> condition = request.header("If-Range");
    boolean other =
        condition.isPresent() && !condition.get().equals(Response.entityTag(blob.digest()));
    if (header.isEmpty() || other) {
      return Optional.empty();
    }
    try {
      return ByteRange.ofHeader(header.get(), blob.size());
    } catch (ByteRange.NotSatisfiableException e) {
      throw RegistryError.RANGE_NOT_SATISFIABLE
          .because(e.getMessage(), e)
          .with("Content-Range", "bytes */" + blob.size());
    }
  }
}
