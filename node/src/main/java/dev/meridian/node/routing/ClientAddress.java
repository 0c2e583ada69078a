package dev.meridian.node.routing;

import inet.ipaddr.IPAddress;

/**
 * Where a client's request came from.
 *
 * @param address in its canonical form, for people and logs
 * @param prefix what the address is counted under: an IPv4 address itself, an IPv6 network of /64,
 *     since whoever has one of its addresses has them all
 */
public record ClientAddress(String address, String prefix) {

  private static final int IPV6_PREFIX = 64;

  /** Of a connection without an address. */
  private static final ClientAddress UNKNOWN = new ClientAddress("unknown", "unknown");

  static ClientAddress of(IPAddress address) {
    String text = address.toCanonicalString();
    return new ClientAddress(
        text, address.isIPv6() ? address.toPrefixBlock(IPV6_PREFIX).toCanonicalString() : text);
  }

  /** Of the other end of a connection, or as another node tells it. */
  public static ClientAddress ofRemote(String remote) {
    return IpText.address(remote).map(ClientAddress::of).orElse(UNKNOWN);
  }
}
