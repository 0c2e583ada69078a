package dev.meridian.node.registry;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.BlobEntry;
import dev.meridian.node.metadata.Freshness;
import dev.meridian.node.metadata.MetadataClient;
import dev.meridian.node.redirect.RegionRedirects;
import dev.meridian.node.routing.ClientOrigin;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The bytes of some repositories may be in some regions only: elsewhere they are neither stored nor
 * passed on, and clients are sent there, whatever else is configured.
 */
public final class Residency {

  private final RegionId own;
  private final MetadataClient metadata;
  private final RegionRedirects redirects;

  /**
   * @param own region of this node
   */
  public Residency(RegionId own, MetadataClient metadata, RegionRedirects redirects) {
    this.own = own;
    this.metadata = metadata;
    this.redirects = redirects;
  }

  /** The regions that may take the bytes of uploads to a repository; empty: all. */
  public Set<RegionId> ofUploads(RepositoryName repository) {
    return metadata.getPolicy(repository, Freshness.LOCAL).only();
  }

  /** Whether this region may have what may be in these only. */
  public boolean includesOwn(Set<RegionId> only) {
    return only.isEmpty() || only.contains(own);
  }

  /**
   * Where the request of an upload goes that this region must not take.
   *
   * @param target its path and query
   * @throws RegistryException {@code DENIED} when clients cannot be sent to any region that may
   */
  public String redirect(
      RepositoryName repository, Set<RegionId> only, String target, ClientOrigin client) {
    return redirects
        .inOneOf(only, target, client)
        .orElseThrow(() -> denied("blobs of repository " + repository, only));
  }

  /**
   * Where a blob is read that this region must not pass on.
   *
   * @throws RegistryException as above
   */
  URI redirect(BlobService.Blob blob, ClientOrigin client) {
    return redirects
        .inOneOf(holders(blob.entry()), blob.repository(), blob.digest(), client)
        .orElseThrow(() -> denied(blob.digest(), blob.entry().only()));
  }

  /** The regions that hold a blob and may pass it on. */
  static Set<RegionId> holders(BlobEntry blob) {
    return blob.placements().keySet().stream()
        .filter(region -> blob.only().isEmpty() || blob.only().contains(region))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What is said of a blob that must not be read here. */
  RegistryException denied(Digest digest, Set<RegionId> only) {
    return denied("blob " + digest, only);
  }

  private RegistryException denied(String what, Set<RegionId> only) {
    return RegistryError.DENIED.because(
        what
            + " may only be in "
            + new TreeSet<>(only).stream().map(RegionId::value).collect(Collectors.joining(", "))
            + ", not in "
            + own
            + ": ask there");
  }
}
