package dev.meridian.node.http;

import dev.meridian.model.RepositoryName;
import dev.meridian.node.http.exchange.Request;
import dev.meridian.node.http.exchange.Response;
import dev.meridian.node.registry.RegistryError;
import dev.meridian.node.registry.TagService;
import dev.meridian.node.registry.TagService.Listing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code /v1/search}, all of Docker's first registry API that docker and podman still use. */
final class SearchHandler {

  private static final int PAGE = 25;
  private static final int LARGEST_PAGE = 100;

  /** Pages end after so many: who looks for one of more names more of it. */
  private static final int MOST_FOUND = 1000;

  private final TagService repositories;

  SearchHandler(TagService repositories) {
    this.repositories = repositories;
  }

  /** Docker sends its login to registries that stand alone, and only then (moby, "v1Endpoint"). */
  Response ping() {
    return Response.json(200, Map.of("standalone", true))
        .with("X-Docker-Registry-Standalone", "true");
  }

  Response find(Request request) {
    int size = Math.clamp(number(request, "n").orElse(PAGE), 1, LARGEST_PAGE);
    int page = Math.max(1, number(request, "page").orElse(1));
    long before = (long) (page - 1) * size;
    String query = request.parameter("q").orElse("");
    int limit = (int) Math.min(before + size, MOST_FOUND);
    Listing<RepositoryName> found = found(request, query, limit, before);
    List<Map<String, Object>> results =
        found.items().stream().skip(before).map(SearchHandler::result).toList();
    boolean more = found.more() && limit < MOST_FOUND;
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("query", query);
    document.put("num_results", results.size());
    document.put("num_pages", more ? page + 1 : page);
    document.put("page", page);
    document.put("page_size", size);
    document.put("results", results);
    return Response.json(200, document);
  }

  private Listing<RepositoryName> found(Request request, String query, int limit, long before) {
    String term = query.strip().toLowerCase(Locale.ROOT);
    return before >= MOST_FOUND || term.length() > RepositoryName.MAX_LENGTH
        ? new Listing<>(List.of(), false)
        : repositories.search(request.access().reader(), term, limit);
  }

  /** Nobody gives stars here, or makes anything official. */
  private static Map<String, Object> result(RepositoryName repository) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("name", repository.value());
    result.put("description", "");
    result.put("star_count", 0);
    result.put("is_official", false);
    result.put("is_automated", false);
    return result;
  }

  private static Optional<Integer> number(Request request, String name) {
    Optional<String> text = request.parameter(name);
    if (text.isPresent() && !text.get().matches("[0-9]{1,9}")) {
      throw RegistryError.UNSUPPORTED.because(
          "parameter " + name + " is not valid: expected a number that is not negative");
    }
    return text.map(Integer::valueOf);
  }
}
