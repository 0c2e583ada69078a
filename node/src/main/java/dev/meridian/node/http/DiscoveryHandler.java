package dev.meridian.node.http;

import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.MediaTypes;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.registry.ReferrerService;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.TagService;
import dev.meridian.node.registry.TagService.Listing;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lists: tags, repositories and referrers (OCI distribution-spec, "Content Discovery"). Pages
 * follow one another by a Link header (RFC 8288).
 */
final class DiscoveryHandler {

  /** As many are on a page at most, and when the client does not say. */
  private static final int LARGEST_PAGE = 1000;

  private final TagService tags;
  private final ReferrerService referrers;

  DiscoveryHandler(TagService tags, ReferrerService referrers) {
    this.tags = tags;
    this.referrers = referrers;
  }

  Response tags(Request request, Route.Match path) {
    RepositoryName repository = path.repository();
    int limit = limit(request);
    Listing<?> listing = tags.tags(repository, last(request), limit);
    return page(
        request, limit, listing, Map.of("name", repository.value(), "tags", names(listing)));
  }

  Response catalog(Request request) {
    int limit = limit(request);
    Listing<?> listing = tags.repositories(request.access().reader(), last(request), limit);
    return page(request, limit, listing, Map.of("repositories", names(listing)));
  }

  /** An image index, also when there is none: absence is an empty list. */
  Response referrers(Request request, Route.Match path) {
    RepositoryName repository = path.repository();
    Digest subject = path.digest();
    Optional<String> artifactType =
        request.parameter("artifactType").filter(type -> !type.isEmpty());
    Listing<Descriptor> listing =
        referrers.list(repository, subject, artifactType, lastDigest(request));
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("schemaVersion", 2);
    index.put("mediaType", MediaTypes.OCI_INDEX);
    index.put("manifests", listing.items().stream().map(DiscoveryHandler::descriptor).toList());
    Response response =
        Response.json(200, index)
            .with("Content-Type", MediaTypes.OCI_INDEX)
            .with("OCI-Filters-Applied", artifactType.map(type -> "artifactType"));
    if (!listing.more()) {
      return response;
    }
    String filter = artifactType.map(type -> "artifactType=" + encoded(type) + "&").orElse("");
    String last = listing.items().getLast().digest().toString();
    return response.with("Link", next(request.path() + "?" + filter + "last=" + encoded(last)));
  }

  private static Response page(
      Request request, int limit, Listing<?> listing, Map<String, Object> document) {
    Response response = Response.json(200, document);
    return listing.more()
        ? response.with(
            "Link",
            next(
                request.path()
                    + "?last="
                    + encoded(listing.items().getLast().toString())
                    + "&n="
                    + limit))
        : response;
  }

  private static String next(String target) {
    return "<" + target + ">; rel=\"next\"";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static List<String> names(Listing<?> listing) {
    return listing.items().stream().map(Object::toString).toList();
  }

  private static Optional<String> last(Request request) {
    return request.parameter("last").filter(text -> !text.isEmpty());
  }

  private static Optional<Digest> lastDigest(Request request) {
    try {
      return last(request).map(Digest::parse);
    } catch (IllegalArgumentException e) {
      throw RegistryError.DIGEST_INVALID.because("parameter last: " + e.getMessage(), e);
    }
  }

  private static int limit(Request request) {
    Optional<String> text = request.parameter("n");
    if (text.isEmpty()) {
      return LARGEST_PAGE;
    }
    if (!text.get().matches("[0-9]{1,18}")) {
      throw RegistryError.UNSUPPORTED.because(
          "parameter n is not valid: expected a number that is not negative");
    }
    return (int) Math.min(LARGEST_PAGE, Long.parseLong(text.get()));
  }

  private static Map<String, Object> descriptor(Descriptor descriptor) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("mediaType", descriptor.mediaType());
    document.put("digest", descriptor.digest().toString());
    document.put("size", descriptor.size());
    if (!descriptor.artifactType().isEmpty()) {
      document.put("artifactType", descriptor.artifactType());
    }
    if (!descriptor.annotations().isEmpty()) {
      document.put("annotations", descriptor.annotations());
    }
    return document;
  }
}
