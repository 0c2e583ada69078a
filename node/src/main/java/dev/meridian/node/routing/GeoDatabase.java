package dev.meridian.node.routing;

import com.maxmind.db.CHMCache;
import com.maxmind.db.Reader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where addresses are, of a file in MaxMind's format such as GeoLite2-City: of its records {@code
 * location.latitude} and {@code location.longitude} are used. The file is mapped into memory; a new
 * one is read by a new process.
 */
public final class GeoDatabase implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GeoDatabase.class);

  private final Path file;
  private final Reader reader;

  private GeoDatabase(Path file, Reader reader) {
    this.file = file;
    this.reader = reader;
  }

  /**
   * Opens a file.
   *
   * @throws IllegalArgumentException when it cannot be read, or is not of that format
   */
  public static GeoDatabase open(Path file) {
    try {
      return new GeoDatabase(file, new Reader(file.toFile(), new CHMCache()));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "routing.database: " + file + ": expected a file in MaxMind's format: " + e, e);
    }
  }

  /** Where an address is; empty when the file does not tell. */
  public Optional<Coordinates> locate(InetAddress address) {
    try {
      return coordinates(reader.get(address, Map.class));
    } catch (IOException | IllegalArgumentException e) {
      // A client that cannot be located is served here; a damaged file must not stop its pulls.
      LOG.warn("{} does not tell where a client is", file, e);
      return Optional.empty();
    }
  }

  private static Optional<Coordinates> coordinates(Map<?, ?> place) {
    return place != null
            && place.get("location") instanceof Map<?, ?> location
            && location.get("latitude") instanceof Double latitude
            && location.get("longitude") instanceof Double longitude
        ? Optional.of(new Coordinates(latitude, longitude))
        : Optional.empty();
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException("closing " + file, e);
    }
  }
}
