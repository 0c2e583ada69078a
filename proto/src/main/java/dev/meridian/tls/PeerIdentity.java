package dev.meridian.tls;

import dev.meridian.model.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who somebody is in a cluster. A certificate carries it as a URI among its subject alternative
 * names: {@code meridian://<cluster>/<role>/<name>}.
 *
 * @param cluster name of the cluster
 * @param name of a process's host, its region, or a person; it identifies, and decides nothing
 */
public record PeerIdentity(String cluster, PeerRole role, String name) {

  static final String SCHEME = "meridian://";

  private static final Pattern CLUSTER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern URI =
      Pattern.compile("meridian://([^/]{1,63})/([a-z]{1,16})/([^/]{1,128})");

  /**
   * @throws IllegalArgumentException when cluster or name are not letters, digits, '.', '_' and '-'
   */
  public PeerIdentity {
    require(CLUSTER, "cluster", cluster, 63);
    require(NAME, "name", name, 128);
  }

  private static void require(Pattern pattern, String what, String text, int most) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "the "
              + what
              + " "
              + Quoted.of(text)
              + " is not valid: expected at most "
              + most
              + " letters, digits, '.', '_' and '-'");
    }
  }

  /**
   * The identity that a URI stands for.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static PeerIdentity parse(String uri) {
    Matcher matcher = URI.matcher(uri);
    if (!matcher.matches()) {
      throw notOne(uri);
    }
    PeerRole role = PeerRole.of(matcher.group(2)).orElseThrow(() -> notOne(uri));
    return new PeerIdentity(matcher.group(1), role, matcher.group(3));
  }

  private static IllegalArgumentException notOne(String uri) {
    return new IllegalArgumentException(
        Quoted.of(uri)
            + " is not an identity: expected meridian://CLUSTER/ROLE/NAME with the role node,"
            + " server or operator");
  }

  /** The URI. */
  @Override
  public String toString() {
    return SCHEME + cluster + "/" + role.text() + "/" + name;
  }
}
