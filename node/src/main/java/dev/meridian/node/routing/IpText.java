package dev.meridian.node.routing;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.util.Optional;

/**
 * Addresses and networks as texts, of both families and in their usual form only: no names, which
 * would be resolved, no wildcards, no octal or shortened numbers. An IPv4 address within an IPv6
 * one, as dual-stack sockets show them, is taken for the IPv4 address.
 */
final class IpText {

  private static final IPAddressStringParameters USUAL =
      new IPAddressStringParameters.Builder()
          .allowEmpty(false)
          .allowAll(false)
          .allowSingleSegment(false)
          .allowMask(false)
          .allowPrefixOnly(false)
          .allowWildcardedSeparator(false)
          .setRangeOptions(RangeParameters.NO_RANGE)
          .allow_inet_aton(false)
          .getIPv4AddressParametersBuilder()
          .allowLeadingZeros(false)
          .allowBinary(false)
          .getParentBuilder()
          .getIPv6AddressParametersBuilder()
          .allowBase85(false)
          .allowBinary(false)
          .getParentBuilder()
          .toParams();

  private IpText() {}

  /** A single address; empty when the text is none. */
  static Optional<IPAddress> address(String text) {
    // The zone of a link-local address is this host's own matter.
    int zone = text.indexOf('%');
    return parse(zone < 0 ? text : text.substring(0, zone))
        .filter(address -> !address.isPrefixed())
        .map(IpText::unmapped);
  }

  /** A network whose bits behind the prefix are all zero, or an address; empty if it is neither. */
  static Optional<IPAddress> network(String text) {
    return parse(text)
        .filter(block -> !block.isPrefixed() || block.isPrefixBlock())
        .map(IPAddress::assignPrefixForSingleBlock);
  }

  private static Optional<IPAddress> parse(String text) {
    try {
      return Optional.ofNullable(new IPAddressString(text, USUAL).toAddress());
    } catch (AddressStringException e) {
      return Optional.empty();
    }
  }

  private static IPAddress unmapped(IPAddress address) {
    return address.isIPv6() && address.toIPv6().isIPv4Mapped()
        ? address.toIPv6().getEmbeddedIPv4Address()
        : address;
  }
}
