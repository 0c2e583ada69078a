package dev.meridian.node.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.model.RegionId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class NearnessTest {

  private static final RegionId OWN = RegionId.parse("us-east");
  private static final RegionId EU = RegionId.parse("eu-west");
  private static final RegionId AP = RegionId.parse("ap-south");
  private static final RegionId NORTH = RegionId.parse("eu-north");

  private static final Map<RegionId, Coordinates> PLACES =
      Map.of(
          OWN, new Coordinates(39, -77.5),
          EU, new Coordinates(53.3, -6.2),
          AP, new Coordinates(19, 72.8));
  private static final Coordinates STOCKHOLM = new Coordinates(59.3, 18.1);

  private final Map<RegionId, Map<RegionId, Duration>> roundTrips = new HashMap<>();

  private Nearness nearness(Map<RegionId, Coordinates> places) {
    return new Nearness(OWN, places, region -> roundTrips.getOrDefault(region, Map.of()));
  }

  private static ClientPlace in(RegionId region) {
    return new ClientPlace(region, Optional.empty());
  }

  @Test
  void theClientsOwnRegionComesFirstWhateverIsKnown() {
    Nearness blind = nearness(Map.of());
    assertThat(blind.nearerThanOwn(in(EU), Set.of(AP, EU))).contains(EU);
    assertThat(blind.nearest(in(EU), Set.of(AP, EU))).contains(EU);
    assertThat(nearness(PLACES).nearest(in(AP), Set.of(AP, EU))).contains(AP);
  }

  @Test
  void comparesKilometresFromWhereTheClientIs() {
    Nearness nearness = nearness(PLACES);
    ClientPlace north = new ClientPlace(NORTH, Optional.of(STOCKHOLM));
    assertThat(nearness.nearerThanOwn(north, Set.of(AP, EU))).contains(EU);
    assertThat(nearness.nearerThanOwn(north, Set.of(AP))).contains(AP);

    ClientPlace boston = new ClientPlace(NORTH, Optional.of(new Coordinates(42.4, -71.1)));
    assertThat(nearness.nearerThanOwn(boston, Set.of(AP, EU))).isEmpty();
    assertThat(nearness.nearest(boston, Set.of(AP, EU))).contains(EU);
  }

  @Test
  void nothingIsNearerForClientsOfItsOwnRegion() {
    roundTrips.put(OWN, Map.of(EU, Duration.ZERO));
    assertThat(nearness(Map.of()).nearerThanOwn(in(OWN), Set.of(AP, EU))).isEmpty();
    assertThat(
            nearness(PLACES)
                .nearerThanOwn(
                    new ClientPlace(OWN, Optional.of(new Coordinates(53.3, -6.3))), Set.of(EU)))
        .isEmpty();
  }

  @Test
  void comparesRoundTripsFromTheClientsRegionWithoutCoordinates() {
    roundTrips.put(
        NORTH,
        Map.of(OWN, Duration.ofMillis(110), EU, Duration.ofMillis(30), AP, Duration.ofMillis(140)));
    for (Nearness nearness :
        List.of(nearness(Map.of()), nearness(Map.of(EU, PLACES.get(EU), AP, PLACES.get(AP))))) {
      assertThat(nearness.nearerThanOwn(in(NORTH), Set.of(AP, EU))).contains(EU);
      assertThat(nearness.nearerThanOwn(in(NORTH), Set.of(AP))).isEmpty();
      assertThat(nearness.nearest(in(NORTH), Set.of(AP))).contains(AP);
    }
  }

  @Test
  void regionsOfTheSameMillisecondAreEquallyFar() {
    roundTrips.put(
        NORTH, Map.of(OWN, Duration.ofNanos(1_900_000), EU, Duration.ofNanos(1_100_000)));
    assertThat(nearness(Map.of()).nearerThanOwn(in(NORTH), Set.of(EU))).isEmpty();
  }

  @Test
  void whatIsAtNoKnownDistanceIsNotNear() {
    Nearness blind = nearness(Map.of());
    assertThat(blind.nearerThanOwn(in(NORTH), Set.of(AP, EU))).isEmpty();
    assertThat(blind.nearest(in(NORTH), Set.of(AP, EU))).isEmpty();

    roundTrips.put(NORTH, Map.of(EU, Duration.ofMillis(30)));
    assertThat(blind.nearerThanOwn(in(NORTH), Set.of(AP, EU)))
        .as("the own region may be nearer")
        .isEmpty();
    roundTrips.put(NORTH, Map.of(OWN, Duration.ofMillis(30)));
    assertThat(blind.nearerThanOwn(in(NORTH), Set.of(AP, EU))).isEmpty();

    Nearness partly = nearness(Map.of(OWN, PLACES.get(OWN), AP, PLACES.get(AP)));
    ClientPlace north = new ClientPlace(NORTH, Optional.of(STOCKHOLM));
    assertThat(partly.nearerThanOwn(north, Set.of(EU))).isEmpty();
    assertThat(partly.nearerThanOwn(north, Set.of(AP, EU))).contains(AP);
  }
}
