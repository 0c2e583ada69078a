package dev.meridian.node.metadata.grpc;

import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.Page;
import dev.meridian.proto.metadata.ListRepositoriesReply;
import dev.meridian.proto.metadata.ListRepositoriesRequest;
import dev.meridian.proto.metadata.ReadOptions;
import dev.meridian.proto.metadata.Reader;
import dev.meridian.proto.metadata.SearchRepositoriesReply;
import dev.meridian.proto.metadata.SearchRepositoriesRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A page of repositories as it fills. Where very many rules hide repositories from a reader, the
 * plane looks at a bounded number of these in one answer, so that a page may take several.
 */
final class RepositoryListing {

  private final Optional<MetadataClient.Reader> reader;
  private final int limit;
  private final List<RepositoryName> found = new ArrayList<>();
  private String last;
  private long revision;
  private boolean more = true;

  RepositoryListing(Optional<MetadataClient.Reader> reader, Optional<String> last, int limit) {
    this.reader = reader;
    this.last = last.orElse("");
    this.limit = limit;
  }

  /** The page, when it is full or no more follow. */
  Page<RepositoryName> filled(
      Supplier<ReadOptions> options, Function<ListRepositoriesRequest, ListRepositoriesReply> ask) {
    while (more && found.size() < limit) {
      add(ask.apply(next(options.get())));
    }
    return new Page<>(revision, found, more);
  }

  private ListRepositoriesRequest next(ReadOptions options) {
    ListRepositoriesRequest.Builder request =
        ListRepositoriesRequest.newBuilder()
            .setRead(options)
            .setLast(last)
            .setLimit(limit - found.size());
    reader.map(RepositoryListing::message).ifPresent(request::setReader);
    return request.build();
  }

  /** What finds repositories by a part of their name. */
  static SearchRepositoriesRequest search(
      ReadOptions options, Optional<MetadataClient.Reader> reader, String term, int limit) {
    SearchRepositoriesRequest.Builder request =
        SearchRepositoriesRequest.newBuilder().setRead(options).setTerm(term).setLimit(limit);
    reader.map(RepositoryListing::message).ifPresent(request::setReader);
    return request.build();
  }

  static Page<RepositoryName> found(SearchRepositoriesReply reply) {
    return new Page<>(
        reply.getRevision(),
        reply.getRepositoriesList().stream().map(RepositoryName::parse).toList(),
        reply.getMore());
  }

  private static Reader message(MetadataClient.Reader reader) {
    return Reader.newBuilder()
        .setPrincipal(reader.principal().name())
        .setRegion(reader.region().value())
        .build();
  }

  private void add(ListRepositoriesReply reply) {
    reply.getRepositoriesList().stream().map(RepositoryName::parse).forEach(found::add);
    revision = reply.getRevision();
    more = reply.getMore();
    last = reply.getLast();
  }
}
