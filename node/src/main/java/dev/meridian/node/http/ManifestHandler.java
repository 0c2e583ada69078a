package dev.meridian.node.http;

import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.registry.ManifestPush;
import dev.meridian.node.registry.ManifestService;
import dev.meridian.node.registry.ManifestService.Manifest;
import dev.meridian.node.registry.ManifestService.PushedManifest;
import dev.meridian.node.registry.RegistryError;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** {@code /v2/<name>/manifests/<reference>} (OCI distribution-spec, end-3, end-7, end-9). */
final class ManifestHandler {

  private final ManifestService manifests;
  private final ManifestBytes bytes = new ManifestBytes();

  ManifestHandler(ManifestService manifests) {
    this.manifests = manifests;
  }

  Response handle(Request request, Route.Match path) throws IOException {
    RepositoryName repository = path.repository();
    Reference reference = path.reference();
    return switch (request.method()) {
      case "PUT" -> put(request, repository, reference);
      case "DELETE" -> {
        manifests.delete(request.caller(), repository, reference);
        yield Response.of(202);
      }
      case "HEAD" -> found(request, manifests.head(repository, reference));
      default -> found(request, manifests.get(repository, reference));
    };
  }

  /**
   * Accept never refuses what is there: a client that can not read it says so better than we do.
   */
  private static Response found(Request request, Manifest manifest) {
    if (request.has(manifest.digest())) {
      return Response.of(304, manifest.digest());
    }
    return Response.of(200, manifest.digest())
        .with("Content-Type", manifest.mediaType())
        .with(
            request.isHead()
                ? new Response.Content.Absent(manifest.size())
                : new Response.Content.Bytes(manifest.content()));
  }

  private Response put(Request request, RepositoryName repository, Reference reference)
      throws IOException {
    List<TagName> tags = request.parameters("tag").stream().map(ManifestHandler::tag).toList();
    try (ManifestBytes.Held content = bytes.read(request)) {
      PushedManifest pushed =
          manifests.put(
              request.caller(),
              new ManifestPush(
                  repository,
                  reference,
                  tags,
                  request.header("Content-Type").orElse(""),
                  content.bytes(),
                  request.joinedHeader("If-Match"),
                  request.joinedHeader("If-None-Match")));
      Response created =
          Response.of(201)
              .with("Location", "/v2/" + repository + "/manifests/" + pushed.digest())
              .with("Docker-Content-Digest", pushed.digest().toString())
              .with("OCI-Subject", pushed.subject().map(Digest::toString));
      return tags.isEmpty() ? created : created.with("OCI-Tag", joined(tags));
    }
  }

  private static String joined(List<TagName> tags) {
    return tags.stream().map(TagName::value).distinct().collect(Collectors.joining(", "));
  }

  private static TagName tag(String text) {
    try {
      return TagName.parse(text);
    } catch (IllegalArgumentException e) {
      throw RegistryError.TAG_INVALID.because("?tag=: " + e.getMessage(), e);
    }
  }
}
