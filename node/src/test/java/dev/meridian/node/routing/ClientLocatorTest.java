package dev.meridian.node.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.RegionId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientLocatorTest {

  private static final RegionId OWN = RegionId.parse("us-east");
  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId NORTH = RegionId.parse("eu-north");
  private static final RegionId AP = RegionId.parse("ap-south");
  private static final String BALANCER = "10.9.0.7";

  private static final RoutingSettings SETTINGS =
      new RoutingSettings(
          Optional.of("X-Client-Region"),
          List.of(Network.parse("10.9.0.0/24"), Network.parse("fd00::/8")),
          Map.of(
              Network.parse("10.0.0.0/8"), EU,
              Network.parse("10.1.0.0/16"), AP,
              Network.parse("10.1.2.3"), NORTH,
              Network.parse("2001:db8::/32"), EU,
              Network.parse("2001:db8:1::/48"), AP),
          Optional.of(Path.of("unused.mmdb")),
          Map.of(
              OWN, new Coordinates(39, -77.5),
              EU, new Coordinates(53.3, -6.2),
              AP, new Coordinates(19, 72.8)));

  /** 192.0.2.1 is in Paris; of other addresses nothing is known. */
  private final ClientLocator locator =
      new ClientLocator(
          OWN,
          SETTINGS,
          address ->
              address.getHostAddress().equals("192.0.2.1")
                  ? Optional.of(new Coordinates(48.9, 2.4))
                  : Optional.empty());

  private RegionId locate(String remote, String... headers) {
    return place(remote, headers).region();
  }

  private ClientPlace place(String remote, String... headers) {
    Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < headers.length; i += 2) {
      byName.put(headers[i], headers[i + 1]);
    }
    return locator.locate(
        new ClientOrigin(
            "registry.example", true, remote, name -> Optional.ofNullable(byName.get(name))));
  }

  @Test
  void believesWhatATrustedLoadBalancerSays() {
    assertThat(locate(BALANCER, "x-client-region", "eu-north")).isEqualTo(NORTH);
    assertThat(locate("fd00::1", "X-Client-Region", "eu-north")).isEqualTo(NORTH);
  }

  @Test
  void ignoresTheHeaderOfEverybodyElse() {
    assertThat(locate("10.1.0.1", "X-Client-Region", "eu-north")).isEqualTo(AP);
    assertThat(locate("203.0.113.1", "X-Client-Region", "eu-north")).isEqualTo(OWN);
  }

  @Test
  void goesOnWhenTheLoadBalancerNamesNoRegion() {
    assertThat(locate(BALANCER, "X-Client-Region", "", "X-Forwarded-For", "10.1.0.1"))
        .isEqualTo(AP);
    assertThat(locate(BALANCER, "X-Client-Region", "EU!", "X-Forwarded-For", "10.1.0.1"))
        .isEqualTo(AP);
  }

  @ParameterizedTest
  @CsvSource({
    "10.200.0.1, eu-west",
    "10.1.9.9, ap-south",
    "10.1.2.3, eu-north",
    "10.1.2.4, ap-south",
    "11.0.0.1, us-east",
    "2001:db8:2::1, eu-west",
    "2001:db8:1::1, ap-south",
    "2001:db9::1, us-east",
    "::ffff:10.1.0.1, ap-south",
    "fe80::1%eth0, us-east",
    "-, us-east",
  })
  void theSmallestNetworkThatHoldsTheAddressCounts(String remote, String region) {
    assertThat(locate(remote)).hasToString(region);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.1.0.1 | ap-south",
        "10.1.0.1:4711 | ap-south",
        "2001:db8:1::1 | ap-south",
        "[2001:db8:1::1]:4711 | ap-south",
        // What the client made up stands before what load balancers added.
        "10.1.0.1, 203.0.113.1 | us-east",
        "203.0.113.1, 10.1.0.1, 10.9.0.8 | ap-south",
        "nonsense, 10.1.0.1 | ap-south",
        // A hop that hides its caller ends what is known.
        "10.1.0.1, unknown, 10.9.0.8 | us-east",
        "10.1.0.1, , 10.9.0.8 | us-east",
        "[ | us-east",
        "registry.example | us-east",
        // All are load balancers: the first is who began.
        "10.9.0.9, 10.9.0.8 | eu-west",
      })
  void findsTheClientBehindTrustedLoadBalancers(String forwardedFor, String region) {
    assertThat(locate(BALANCER, "X-Forwarded-For", forwardedFor)).hasToString(region);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=10.1.0.1 | ap-south",
        "proto=https;For=\"10.1.0.1:80\";by=10.9.0.1 | ap-south",
        "for=203.0.113.1, for=\"[2001:db8:1::1]:4711\" | ap-south",
        "for=10.1.0.1, for=_hidden | us-east",
        "proto=https | us-east",
      })
  void readsForwardedToo(String forwarded, String region) {
    assertThat(locate(BALANCER, "Forwarded", forwarded)).hasToString(region);
  }

  @Test
  void ignoresForwardedAddressesOfEverybodyElse() {
    assertThat(locate("203.0.113.1", "X-Forwarded-For", "10.1.0.1")).isEqualTo(OWN);
    assertThat(locate("203.0.113.1", "Forwarded", "for=10.1.0.1")).isEqualTo(OWN);
  }

  @Test
  void takesTheRegionNearestToWhereTheDatabaseHasTheAddress() {
    assertThat(locate("192.0.2.1")).isEqualTo(EU);
    assertThat(locate(BALANCER, "X-Forwarded-For", "192.0.2.1")).isEqualTo(EU);
    assertThat(locate("192.0.2.2")).isEqualTo(OWN);
  }

  @Test
  void tellsWhereAClientIsByItselfOrByItsRegion() {
    assertThat(place("192.0.2.1").coordinates()).contains(new Coordinates(48.9, 2.4));
    assertThat(place("10.1.9.9").coordinates()).contains(new Coordinates(19, 72.8));
    assertThat(place(BALANCER, "X-Client-Region", "eu-west").coordinates())
        .contains(new Coordinates(53.3, -6.2));
    assertThat(place("10.1.2.3").coordinates()).as("a region without coordinates").isEmpty();
    assertThat(place("192.0.2.2").coordinates()).contains(new Coordinates(39, -77.5));
  }

  @Test
  void knowsNothingWithoutSettings() {
    ClientLocator plain = new ClientLocator(OWN, RoutingSettings.NONE, address -> Optional.empty());

    assertThat(
            plain.locate(new ClientOrigin("h", false, "10.1.0.1", name -> Optional.of("eu-west"))))
        .isEqualTo(new ClientPlace(OWN, Optional.empty()));
  }

  @Test
  void measuresAlongGreatCircles() {
    Coordinates dublin = new Coordinates(53.35, -6.26);
    assertThat(dublin.kilometresTo(new Coordinates(40.71, -74.01))).isBetween(5100.0, 5130.0);
    assertThat(dublin.kilometresTo(dublin)).isZero();
    assertThat(new Coordinates(0, 179).kilometresTo(new Coordinates(0, -179)))
        .isBetween(222.0, 223.0);
    assertThat(new Coordinates(90, 0).kilometresTo(new Coordinates(-90, 0)))
        .isBetween(20_010.0, 20_020.0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"91,0", "0,181", "53.3", "a,b", "1,2,3", "NaN,0", ""})
  void refusesPlacesThatAreNone(String text) {
    assertThatThrownBy(() -> Coordinates.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "10.1",
        "10.1.*.*",
        "10.0-1.0.0",
        "010.0.0.0/8",
        "0x0a000000",
        "10.1.0.0/15",
        "10.0.0.0/33",
        "10.0.0.0/255.0.0.0",
        "/8",
        "2001:db8::1/32",
        "lb.example",
        "1"
      })
  void refusesNetworksThatAreNone(String text) {
    assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void writesNetworksInOneForm() {
    assertThat(Network.parse("2001:DB8:0::/32")).isEqualTo(Network.parse("2001:db8::/32"));
    assertThat(Network.parse("10.1.2.3")).isEqualTo(Network.parse("10.1.2.3/32"));
    assertThat(Network.parse("0.0.0.0/0")).hasToString("0.0.0.0/0");
  }
}
