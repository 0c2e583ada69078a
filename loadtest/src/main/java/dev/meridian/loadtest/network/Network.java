package dev.meridian.loadtest.network;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Regions and the links between them. In the beginning nothing takes time and nothing is cut. May
 * be used by several threads.
 */
public final class Network implements AutoCloseable {

  /** Where connections come from whose region is not known. */
  private static final String ELSEWHERE = "";

  private final Map<Way, Link> links = new HashMap<>();
  private final List<LinkRelay> relays = new ArrayList<>();

  private record Way(String from, String to) {}

  private Network() {}

  /** A network of regions that are all connected with each other. */
  public Network(Set<String> regions) {
    for (String region : regions) {
      links.put(new Way(ELSEWHERE, region), new Link());
      links.put(new Way(region, ELSEWHERE), new Link());
      for (String other : regions) {
        if (!other.equals(region)) {
          links.put(new Way(region, other), new Link());
        }
      }
    }
  }

  /**
   * A network with nothing between regions that could cost time: it can be neither slow nor cut.
   */
  public static Network direct() {
    return new Network();
  }

  /**
   * A port by which servers of one region reach a port of another one; both on the loopback
   * interface.
   */
  public int reach(String from, String to, int port) throws IOException {
    if (isDirect()) {
      return port;
    }
    LinkRelay relay =
        new LinkRelay(port, links.get(new Way(from, to)), links.get(new Way(to, from)));
    synchronized (relays) {
      relays.add(relay);
    }
    return relay.port();
  }

  /** A port by which servers of all other regions reach one of this region. */
  public int reachFromElsewhere(String to, int port) throws IOException {
    return reach(ELSEWHERE, to, port);
  }

  /** How long everything takes from one region to another. */
  public void delay(Duration oneWay) {
    requireLinks();
    links.values().forEach(link -> link.delay(oneWay));
  }

  /** Cuts a region from all others, in both directions. */
  public void isolate(String region) {
    requireLinks();
    links.forEach((way, link) -> {
      if (way.from().equals(region) || way.to().equals(region)) {
        link.cut();
      }
    });
  }

  /** Cuts one direction: what the first region sends does not arrive at the second. */
  public void cut(String from, String to) {
    requireLinks();
    links.get(new Way(from, to)).cut();
  }

  /** Heals all cuts. */
  public void heal() {
    links.values().forEach(Link::heal);
  }

  private boolean isDirect() {
    return links.isEmpty();
  }

  private void requireLinks() {
    if (isDirect()) {
      throw new IllegalStateException("a direct network can be neither slow nor cut");
    }
  }

  @Override
  public void close() throws IOException {
    synchronized (relays) {
      for (LinkRelay relay : relays) {
        relay.close();
      }
    }
  }
}
