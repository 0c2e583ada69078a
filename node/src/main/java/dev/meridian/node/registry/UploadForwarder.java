package dev.meridian.node.registry;

import dev.meridian.model.RegionId;
import dev.meridian.node.peer.PeerClient;
import dev.meridian.node.peer.PeerReply;
import dev.meridian.node.peer.PeerRequest;
import dev.meridian.node.peer.PeerUnreachableException;
import dev.meridian.node.peer.StandInStorage;
import dev.meridian.node.routing.RegionMap;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes requests of an upload session to the nodes of the session's region. */
public final class UploadForwarder {

  private static final Logger LOG = LoggerFactory.getLogger(UploadForwarder.class);

  /** Answers about uploads are empty, or an error. */
  private static final int LARGEST_ANSWER = 64 * 1024;

  private final RegionMap regions;
  private final PeerClient peers;
  private final StandInStorage standIns;
  private final BooleanSupplier storageUp;

  /**
   * @param storageUp whether this region's object storage answered last
   */
  public UploadForwarder(RegionMap regions, PeerClient peers, BooleanSupplier storageUp) {
    this.regions = regions;
    this.peers = peers;
    this.standIns = new StandInStorage(regions, peers);
    this.storageUp = storageUp;
  }

  /**
   * A request as its client sent it.
   *
   * @param target path and query
   * @param length of the body in bytes; empty: not known before its end
   */
  public record Outbound(
      String method,
      String target,
      Map<String, List<String>> headers,
      Optional<InputStream> body,
      OptionalLong length) {}

  /**
   * The answer.
   *
   * @param headers with names in lower case
   */
  public record Inbound(int status, Map<String, List<String>> headers, byte[] body) {}

  /**
   * The location of an upload to a repository that not every region may take. Clients that were
   * sent here resolve a path against the URL that they asked first, and would hand the bytes to the
   * region that sent them away; so it names this region.
   */
  public String location(Set<RegionId> only, String path) {
    return only.isEmpty()
        ? path
        : regions.publicUrl(regions.own()).map(url -> url.resolve(path).toString()).orElse(path);
  }

  /** This node's region. */
  public RegionId own() {
    return regions.own();
  }

  /** Whether the session is at home in another region. */
  public boolean isElsewhere(RegionId region) {
    return !region.equals(regions.own());
  }

  /**
   * Where new sessions begin while this region's storage is down; empty while it is not.
   *
   * @param only the regions that may take the bytes; empty: all
   */
  public Optional<RegionId> standIn(Set<RegionId> only) {
    return storageUp.getAsBoolean() ? Optional.empty() : otherStorage(only);
  }

  /**
   * Another region whose storage answers.
   *
   * @param only as above
   */
  public Optional<RegionId> otherStorage(Set<RegionId> only) {
    return standIns.find(region -> only.isEmpty() || only.contains(region));
  }

  /** As {@link #forward}; empty when there is no answer. */
  public Optional<Inbound> tryForward(RegionId region, Outbound request) {
    try {
      return Optional.of(forward(region, request));
    } catch (PeerUnreachableException | IOException e) {
      LOG.warn("{} does not answer {} {}", region, request.method(), request.target(), e);
      return Optional.empty();
    }
  }

  /**
   * Has a node of that region answer the request.
   *
   * @throws PeerUnreachableException when no node of the region answers
   * @throws IOException what the request's body threw
   */
  public Inbound forward(RegionId region, Outbound request) throws IOException {
    PeerReply reply =
        peers.forward(
            regions.shuffledNodesIn(region),
            new PeerRequest(
                request.method(),
                request.target(),
                request.headers(),
                request.body(),
                request.length()));
    try (InputStream body = reply.body()) {
      return new Inbound(reply.status(), reply.headers(), body.readNBytes(LARGEST_ANSWER));
    } catch (IOException e) {
      throw new PeerUnreachableException("a node of " + region + " broke off its answer", e);
    }
  }
}
