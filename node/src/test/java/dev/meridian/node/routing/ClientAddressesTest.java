package dev.meridian.node.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClientAddressesTest {

  private final ClientAddresses addresses =
      new ClientAddresses(List.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/8")));

  private ClientAddress client(String remote, Map<String, String> headers) {
    return addresses.client(
        new ClientOrigin("host", false, remote, name -> Optional.ofNullable(headers.get(name))));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, 192.0.2.1",
    "192.0.2.2, 192.0.2.2, 192.0.2.2",
    "::ffff:192.0.2.1, 192.0.2.1, 192.0.2.1",
    "2001:db8:0:1::1, 2001:db8:0:1::1, 2001:db8:0:1::/64",
    "2001:DB8:0:1:ffff:0:0:2, 2001:db8:0:1:ffff::2, 2001:db8:0:1::/64",
    "2001:db8:0:2::1, 2001:db8:0:2::1, 2001:db8:0:2::/64",
    "fe80::1%eth0, fe80::1, fe80::/64",
    "-, unknown, unknown",
  })
  void countsAnIpv4AddressByItselfAndAnIpv6AddressByItsNetwork(
      String remote, String address, String prefix) {
    assertThat(client(remote, Map.of())).isEqualTo(new ClientAddress(address, prefix));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 192.0.2.7, 192.0.2.7",
    "10.0.0.1, '203.0.113.9, 192.0.2.7', 192.0.2.7",
    "10.0.0.1, '192.0.2.7, 10.0.0.2', 192.0.2.7",
    "10.0.0.1, 2001:db8::5, 2001:db8::/64",
    // What somebody who is not trusted says does not count.
    "198.51.100.1, 192.0.2.7, 198.51.100.1",
    // Who cannot be told apart is counted together.
    "10.0.0.1, nonsense, 10.0.0.1",
  })
  void seesThroughTrustedLoadBalancersOnly(String remote, String forwarded, String prefix) {
    assertThat(client(remote, Map.of("X-Forwarded-For", forwarded)).prefix()).isEqualTo(prefix);
  }
}
