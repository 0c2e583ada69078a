package dev.meridian.node.metadata.grpc;

import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.Page;
import dev.meridian.proto.metadata.ListRepositoriesReply;
import dev.meridian.proto.metadata.ListRepositoriesRequest;
import dev.meridian.proto.metadata.ReadOptions;
import dev.meridian.proto.metadata.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A page of repositories as it fills. Of many repositories a reader may see few, and the plane
 * looks at a bounded number in one answer, so that a page may take several.
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

  boolean goesOn() {
    return more && found.size() < limit;
  }

  ListRepositoriesRequest next(ReadOptions options) {
    ListRepositoriesRequest.Builder request =
        ListRepositoriesRequest.newBuilder()
            .setRead(options)
            .setLast(last)
            .setLimit(limit - found.size());
    reader.ifPresent(who ->
        request.setReader(
            Reader.newBuilder()
                .setPrincipal(who.principal().name())
                .setRegion(who.region().value())));
    return request.build();
  }

  void add(ListRepositoriesReply reply) {
    reply.getRepositoriesList().stream().map(RepositoryName::parse).forEach(found::add);
    revision = reply.getRevision();
    more = reply.getMore();
    last = reply.getLast();
  }

  Page<RepositoryName> page() {
    return new Page<>(revision, found, more);
  }
}
