package dev.meridian.node.routing;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place on earth.
 *
 * @param latitude in degrees, north positive, -90 to 90
 * @param longitude in degrees, east positive, -180 to 180
 */
public record Coordinates(double latitude, double longitude) {

  private static final double EARTH_RADIUS_KM = 6371;
  private static final Pattern PATTERN =
      Pattern.compile("(-?[0-9]{1,2}(?:\\.[0-9]+)?),\\s*(-?[0-9]{1,3}(?:\\.[0-9]+)?)");

  public Coordinates {
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) {
      throw new IllegalArgumentException(
          latitude + "," + longitude + " is not a place: expected -90 to 90, and -180 to 180");
    }
  }

  /**
   * Parses {@code 53.3,-6.2}.
   *
   * @throws IllegalArgumentException when the text is not of that form
   */
  public static Coordinates parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a place: expected latitude,longitude in degrees");
    }
    return new Coordinates(
        Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(2)));
  }

  /** Along the great circle (haversine formula); the earth is taken for a sphere. */
  public double kilometresTo(Coordinates other) {
    double north = Math.toRadians(latitude);
    double otherNorth = Math.toRadians(other.latitude);
    double ofLatitude = Math.sin((otherNorth - north) / 2);
    double ofLongitude = Math.sin(Math.toRadians(other.longitude - longitude) / 2);
    double haversine =
        ofLatitude * ofLatitude
            + Math.cos(north) * Math.cos(otherNorth) * ofLongitude * ofLongitude;
    return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, haversine)));
  }
}
