package dev.meridian.node.redirect;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.routing.ClientLocator;
import dev.meridian.node.routing.ClientOrigin;
import dev.meridian.node.routing.ClientPlace;
import dev.meridian.node.routing.Nearness;
import dev.meridian.node.routing.RegionMap;
import dev.meridian.node.routing.ReplicaSelector;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which other region clients are sent to, and by which URL. */
public final class RegionRedirects {

  /** The query parameter that holds a capability. */
  public static final String PARAMETER = "capability";

  private final RegionMap regions;
  private final ReplicaSelector replicas;
  private final ClientLocator clients;
  private final Nearness nearness;
  private final RedirectPolicy policy;
  private final BlobCapabilities capabilities;

  /**
   * @param policy whether clients are sent to a nearer region; not asked where they must be sent to
   *     another one
   */
  public RegionRedirects(
      RegionMap regions,
      ReplicaSelector replicas,
      ClientLocator clients,
      Nearness nearness,
      RedirectPolicy policy,
      BlobCapabilities capabilities) {
    this.regions = regions;
    this.replicas = replicas;
    this.clients = clients;
    this.nearness = nearness;
    this.policy = policy;
    this.capabilities = capabilities;
  }

  private record Target(RegionId region, URI url) {}

  /**
   * The URL of a blob in the holder that is nearest to the client; empty when the client had better
   * be served here: none is known to be nearer than this region. Those do not count that take no
   * clients, fail, or do not say where clients reach them.
   */
  public Optional<URI> nearer(
      RepositoryName repository, Digest digest, Collection<RegionId> holders, ClientOrigin client) {
    ClientPlace place = clients.locate(client);
    if (place.region().equals(regions.own())) {
      return Optional.empty();
    }
    Map<RegionId, Target> targets =
        holders.stream()
            .filter(region -> !region.equals(regions.own()) && isWell(region))
            .flatMap(region -> target(region).stream())
            .filter(target -> policy.allows(client, target.url()))
            .collect(Collectors.toUnmodifiableMap(Target::region, target -> target));
    return nearness
        .nearerThanOwn(place, targets.keySet())
        .map(region -> url(targets.get(region), repository, digest));
  }

  /**
   * The URL of a blob in one of some regions, for a client that is not to be served here; empty
   * when none of them says where clients reach it.
   */
  public Optional<URI> inOneOf(
      Collection<RegionId> allowed, RepositoryName repository, Digest digest, ClientOrigin client) {
    return firstOf(allowed, client).map(target -> url(target, repository, digest));
  }

  /**
   * The URL of the same request in one of some regions; as above.
   *
   * @param target path and query as they were sent
   */
  public Optional<String> inOneOf(
      Collection<RegionId> allowed, String target, ClientOrigin client) {
    return firstOf(allowed, client)
        .map(Target::url)
        .map(url -> url.getScheme() + "://" + url.getRawAuthority() + target);
  }

  /**
   * The nearest to the client, or where that is not known the one to turn to first; those that are
   * not well come last.
   */
  private Optional<Target> firstOf(Collection<RegionId> allowed, ClientOrigin client) {
    List<Target> targets =
        replicas.order(allowed).stream()
            .filter(region -> !region.equals(regions.own()))
            .flatMap(region -> target(region).stream())
            .toList();
    Set<RegionId> well =
        targets.stream()
            .map(Target::region)
            .filter(this::isWell)
            .collect(Collectors.toUnmodifiableSet());
    return nearness
        .nearest(clients.locate(client), well)
        .flatMap(this::target)
        .or(() -> targets.stream().findFirst());
  }

  private Optional<Target> target(RegionId region) {
    return regions.publicUrl(region).map(url -> new Target(region, url));
  }

  private boolean isWell(RegionId region) {
    return regions.takesClients(region) && !replicas.isFailing(region);
  }

  private URI url(Target target, RepositoryName repository, Digest digest) {
    return target
        .url()
        .resolve(
            "/v2/"
                + repository
                + "/blobs/"
                + digest
                + "?"
                + PARAMETER
                + "="
                + capabilities.sign(repository, digest, target.region()));
  }
}
