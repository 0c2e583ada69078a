package dev.meridian.node.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeoDatabaseTest {

  private static final Coordinates DUBLIN = new Coordinates(53.3, -6.2);
  private static final Coordinates MUMBAI = new Coordinates(19, 72.8);

  @TempDir private Path directory;

  @Test
  void tellsWhereAddressesAre() throws IOException {
    Path file = directory.resolve("city.mmdb");
    MaxMindFile.write(file, Map.of("192.0.2.0/24", DUBLIN, "198.51.100.0/25", MUMBAI));

    try (GeoDatabase database = GeoDatabase.open(file)) {
      assertThat(database.locate(InetAddress.getByName("192.0.2.7"))).contains(DUBLIN);
      assertThat(database.locate(InetAddress.getByName("198.51.100.1"))).contains(MUMBAI);
      assertThat(database.locate(InetAddress.getByName("198.51.100.129"))).isEmpty();
      assertThat(database.locate(InetAddress.getByName("203.0.113.1"))).isEmpty();
      // An IPv6 address, of which a database of IPv4 networks knows nothing.
      assertThat(database.locate(InetAddress.getByName("2001:db8::1"))).isEmpty();
    }
  }

  @Test
  void saysWhichSettingNamesNoDatabase() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "not a database");

    assertThatThrownBy(() -> GeoDatabase.open(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("routing.database: " + text + ": expected a file in MaxMind's");
    assertThatThrownBy(() -> GeoDatabase.open(directory.resolve("absent")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("routing.database: ");
  }
}
