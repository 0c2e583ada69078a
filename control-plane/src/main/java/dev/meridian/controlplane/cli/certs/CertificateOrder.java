package dev.meridian.controlplane.cli.certs;

import dev.meridian.tls.PeerRole;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A certificate that is wanted.
 *
 * @param name of the holder, and of the files
 * @param roles what the holder is in the cluster; none: a public listener, which is nobody there
 * @param hosts DNS names and addresses at which the holder is reached
 * @param validity for how long; it ends with the authority's own at the latest
 */
public record CertificateOrder(
    String name, Set<PeerRole> roles, List<String> hosts, Duration validity) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern DNS =
      Pattern.compile("(?:\\*\\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
  private static final Pattern ADDRESS =
      Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /**
   * @throws IllegalArgumentException when a name or a host is not one, or hosts are missing
   */
  public CertificateOrder {
    roles = Set.copyOf(roles);
    hosts = List.copyOf(hosts);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the name \"" + name + "\" is not valid: expected letters, digits, '.', '_' and '-'");
    }
    for (String host : hosts) {
      if (!isAddress(host) && !DNS.matcher(host).matches()) {
        throw new IllegalArgumentException(
            "the host \"" + host + "\" is not valid: expected a DNS name or an address");
      }
    }
    if (hosts.isEmpty() && !roles.equals(Set.of(PeerRole.OPERATOR))) {
      throw new IllegalArgumentException(
          "a host is missing: expected the names and addresses at which clients reach " + name);
    }
    if (!validity.isPositive()) {
      throw new IllegalArgumentException("the days are not valid: expected at least 1");
    }
  }

  /** Whether a host is an address of IPv4 or IPv6. */
  static boolean isAddress(String host) {
    return ADDRESS.matcher(host).matches();
  }

  /** Whether it is for a public listener. */
  boolean isPublic() {
    return roles.isEmpty();
  }
}
