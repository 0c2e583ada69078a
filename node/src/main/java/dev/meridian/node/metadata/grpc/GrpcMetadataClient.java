package dev.meridian.node.metadata.grpc;

import dev.meridian.model.Descriptor;
import dev.meridian.model.Digest;
import dev.meridian.model.Reference;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.TagName;
import dev.meridian.node.metadata.AccessQueries;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.Caller;
import dev.meridian.node.metadata.Executed;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.ManifestEntry;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.metadata.MetadataCommand;
import dev.meridian.node.metadata.MetadataRejectedException;
import dev.meridian.node.metadata.MetadataUnavailableException;
import dev.meridian.node.metadata.Page;
import dev.meridian.node.metadata.grpc.EndpointSelector.Need;
import dev.meridian.proto.metadata.CheckQuorumRequest;
import dev.meridian.proto.metadata.ExecuteReply;
import dev.meridian.proto.metadata.ExecuteRequest;
import dev.meridian.proto.metadata.FindOrphansRequest;
import dev.meridian.proto.metadata.GetBlobReply;
import dev.meridian.proto.metadata.GetBlobRequest;
import dev.meridian.proto.metadata.GetManifestReply;
import dev.meridian.proto.metadata.GetManifestRequest;
import dev.meridian.proto.metadata.GetPlacementsReply;
import dev.meridian.proto.metadata.GetPlacementsRequest;
import dev.meridian.proto.metadata.GetPolicyReply;
import dev.meridian.proto.metadata.GetPolicyRequest;
import dev.meridian.proto.metadata.ListCopiesReply;
import dev.meridian.proto.metadata.ListCopiesRequest;
import dev.meridian.proto.metadata.ListDoomedReply;
import dev.meridian.proto.metadata.ListDoomedRequest;
import dev.meridian.proto.metadata.ListMissingRequest;
import dev.meridian.proto.metadata.ListReferrersReply;
import dev.meridian.proto.metadata.ListReferrersRequest;
import dev.meridian.proto.metadata.ListRepositoriesReply;
import dev.meridian.proto.metadata.ListTagsReply;
import dev.meridian.proto.metadata.ListTagsRequest;
import dev.meridian.proto.metadata.SearchRepositoriesReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * The metadata plane over gRPC, the same through a socket and within one process. It carries the
 * highest revision that any answer showed, and asks every server for at least that.
 */
public final class GrpcMetadataClient implements MetadataClient {

  /** How long a read and a command may take, all attempts together. */
  record Deadlines(Duration read, Duration command) {
    static final Deadlines DEFAULTS = new Deadlines(Duration.ofSeconds(5), Duration.ofSeconds(10));
  }

  private final Deadlines deadlines;
  private final List<MetadataEndpoint> endpoints;
  private final EndpointSelector selector;
  private final MetadataCalls calls;
  private final AtomicLong seen = new AtomicLong();
  private volatile ClusterSession session;

  /**
   * @param cluster name of the cluster; servers of another one refuse every call
   * @param endpoints metadata servers, the region's own first; closed with this client
   */
  public GrpcMetadataClient(String cluster, List<MetadataEndpoint> endpoints) {
    this(cluster, endpoints, Deadlines.DEFAULTS);
  }

  GrpcMetadataClient(String cluster, List<MetadataEndpoint> endpoints, Deadlines deadlines) {
    this.deadlines = deadlines;
    this.endpoints = List.copyOf(endpoints);
    this.selector = new EndpointSelector(endpoints, System::nanoTime);
    this.calls = new MetadataCalls(selector, cluster);
  }

  /**
   * Joins the cluster as this node and stays joined until the client is closed. To be called once,
   * as soon as the node's internal listener is open.
   *
   * @param report is asked every few seconds for what the plane is to know of the node
   * @throws MetadataUnavailableException when no view of the cluster has come within the deadline
   */
  public void join(Membership.Member self, Supplier<Membership.Report> report, Duration deadline) {
    // A cluster that was restored counts on from its backup: what was seen before may never come.
    session = new ClusterSession(calls, selector, self, report, () -> seen.set(0));
    try {
      if (!session.awaitFirstView(deadline)) {
        throw new MetadataUnavailableException(
            "no metadata server of "
                + endpoints.stream().map(MetadataEndpoint::name).toList()
                + " described the cluster within "
                + deadline.toSeconds()
                + " s",
            false,
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MetadataUnavailableException("interrupted while joining the cluster", false, e);
    }
  }

  @Override
  public Executed execute(Caller caller, MetadataCommand command) {
    ExecuteRequest request = CommandMessages.request(caller, command, seen.get());
    return CommandMessages.executed(
        ask(
            command.getClass().getSimpleName(),
            Need.QUORUM,
            deadlines.command(),
            stub -> stub.execute(request),
            ExecuteReply::getRevision));
  }

  @Override
  public ManifestEntry getManifest(
      RepositoryName repository, Reference reference, Freshness freshness, boolean withContent) {
    GetManifestRequest request =
        QueryMessages.manifestRequest(
            QueryMessages.options(freshness, seen.get()), repository, reference, withContent);
    return QueryMessages.manifest(
        read(
            "manifest " + reference + " of " + repository,
            freshness,
            stub -> stub.getManifest(request),
            GetManifestReply::getRevision),
        withContent);
  }

  @Override
  public BlobEntry getBlob(RepositoryName repository, Digest digest, Freshness freshness) {
    GetBlobRequest request =
        GetBlobRequest.newBuilder()
            .setRead(QueryMessages.options(freshness, seen.get()))
            .setRepository(repository.value())
            .setDigest(digest.toString())
            .build();
    return QueryMessages.blob(
        read(
            "blob " + digest + " of " + repository,
            freshness,
            stub -> stub.getBlob(request),
            GetBlobReply::getRevision));
  }

  @Override
  public PlacementPolicy getPolicy(RepositoryName repository, Freshness freshness) {
    GetPolicyRequest request =
        GetPolicyRequest.newBuilder()
            .setRead(QueryMessages.options(freshness, seen.get()))
            .setRepository(repository.value())
            .build();
    return QueryMessages.policy(
        read(
            "policy of " + repository,
            freshness,
            stub -> stub.getPolicy(request),
            GetPolicyReply::getRevision));
  }

  @Override
  public Page<TagName> listTags(
      RepositoryName repository, Optional<String> last, int limit, Freshness freshness) {
    ListTagsRequest request =
        ListTagsRequest.newBuilder()
            .setRead(QueryMessages.options(freshness, seen.get()))
            .setRepository(repository.value())
            .setLast(last.orElse(""))
            .setLimit(limit)
            .build();
    return QueryMessages.tags(
        read(
            "tags of " + repository,
            freshness,
            stub -> stub.listTags(request),
            ListTagsReply::getRevision));
  }

  @Override
  public Page<RepositoryName> listRepositories(
      Optional<Reader> reader, Optional<String> last, int limit, Freshness freshness) {
    return new RepositoryListing(reader, last, limit)
        .filled(
            () -> QueryMessages.options(freshness, seen.get()),
            request ->
                read(
                    "repositories",
                    freshness,
                    stub -> stub.listRepositories(request),
                    ListRepositoriesReply::getRevision));
  }

  @Override
  public Page<RepositoryName> searchRepositories(
      Optional<Reader> reader, String term, int limit, Freshness freshness) {
    var request =
        RepositoryListing.search(QueryMessages.options(freshness, seen.get()), reader, term, limit);
    return RepositoryListing.found(
        read(
            "repositories by name",
            freshness,
            stub -> stub.searchRepositories(request),
            SearchRepositoriesReply::getRevision));
  }

  /** What the plane knows of who may do what. */
  public AccessQueries access() {
    return new GrpcAccessQueries(calls, deadlines.read());
  }

  @Override
  public Page<Descriptor> listReferrers(
      RepositoryName repository,
      Digest subject,
      Optional<String> artifactType,
      Optional<String> last,
      int limit,
      Freshness freshness) {
    ListReferrersRequest request =
        ListReferrersRequest.newBuilder()
            .setRead(QueryMessages.options(freshness, seen.get()))
            .setRepository(repository.value())
            .setSubject(subject.toString())
            .setArtifactType(artifactType.orElse(""))
            .setLast(last.orElse(""))
            .setLimit(limit)
            .build();
    return QueryMessages.referrers(
        read(
            "referrers of " + subject + " in " + repository,
            freshness,
            stub -> stub.listReferrers(request),
            ListReferrersReply::getRevision));
  }

  @Override
  public Page<String> listDoomed(
      RegionId region, Duration grace, Optional<String> last, int limit) {
    ListDoomedRequest request =
        ListDoomedRequest.newBuilder()
            .setRegion(region.value())
            .setGraceMs(grace.toMillis())
            .setLast(last.orElse(""))
            .setLimit(limit)
            .build();
    ListDoomedReply reply =
        calls.call(
            "doomed objects of " + region,
            Need.REPLICA,
            deadlines.read(),
            stub -> stub.listDoomed(request));
    return new Page<>(seen.get(), reply.getObjectKeysList(), reply.getMore());
  }

  @Override
  public List<String> findOrphans(RegionId region, List<String> objectKeys) {
    FindOrphansRequest request =
        FindOrphansRequest.newBuilder()
            .setRegion(region.value())
            .addAllObjectKeys(objectKeys)
            .build();
    return List.copyOf(
        calls
            .call(
                "orphans of " + region,
                Need.QUORUM,
                deadlines.read(),
                stub -> stub.findOrphans(request))
            .getOrphansList());
  }

  @Override
  public BlobCopies getPlacements(Digest digest, Freshness freshness) {
    GetPlacementsRequest request =
        GetPlacementsRequest.newBuilder()
            .setRead(QueryMessages.options(freshness, seen.get()))
            .setDigest(digest.toString())
            .build();
    return QueryMessages.copies(
        read(
            "copies of blob " + digest,
            freshness,
            stub -> stub.getPlacements(request),
            GetPlacementsReply::getRevision));
  }

  @Override
  public MissingPage listMissing(RegionId region, MissingFrom from, int limit) {
    ListMissingRequest request = QueryMessages.missing(region, from, limit);
    return QueryMessages.missing(
        calls.call(
            "blobs that " + region + " lacks",
            Need.REPLICA,
            deadlines.read(),
            stub -> stub.listMissing(request)));
  }

  @Override
  public Page<StoredCopy> listCopies(RegionId region, Optional<String> last, int limit) {
    ListCopiesRequest request =
        ListCopiesRequest.newBuilder()
            .setRegion(region.value())
            .setLast(last.orElse(""))
            .setLimit(limit)
            .build();
    ListCopiesReply reply =
        calls.call(
            "copies in " + region,
            Need.REPLICA,
            deadlines.read(),
            stub -> stub.listCopies(request));
    return new Page<>(
        seen.get(),
        reply.getCopiesList().stream().map(QueryMessages::copy).toList(),
        reply.getMore());
  }

  @Override
  public void checkQuorum(Duration deadline) {
    CheckQuorumRequest request = CheckQuorumRequest.getDefaultInstance();
    saw(
        calls
            .call("quorum", Need.QUORUM, deadline, stub -> stub.checkQuorum(request))
            .getRevision());
  }

  @Override
  public Membership membership() {
    return joined().membership().orElseThrow(GrpcMetadataClient::notJoined);
  }

  @Override
  public long clusterTimeMillis() {
    // A view brings both.
    membership();
    return joined().clusterTimeMillis();
  }

  private ClusterSession joined() {
    if (session == null) {
      throw notJoined();
    }
    return session;
  }

  /** A state that passes: clients are to try again. */
  private static MetadataUnavailableException notJoined() {
    return new MetadataUnavailableException(
        "this node has not joined the cluster yet", false, null);
  }

  private <T> T read(
      String what, Freshness freshness, MetadataCalls.Call<T> call, ToLongFunction<T> revision) {
    return ask(what, Need.of(freshness), deadlines.read(), call, revision);
  }

  /** What the first server that decides answers; its revision is noted, also of a rejection. */
  private <T> T ask(
      String what,
      Need need,
      Duration deadline,
      MetadataCalls.Call<T> call,
      ToLongFunction<T> revision) {
    try {
      T reply = calls.call(what, need, deadline, call);
      saw(revision.applyAsLong(reply));
      return reply;
    } catch (MetadataRejectedException e) {
      saw(e.revision());
      throw e;
    }
  }

  private void saw(long revision) {
    seen.accumulateAndGet(revision, Math::max);
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
    endpoints.forEach(endpoint -> endpoint.channel().shutdownNow());
  }
}
