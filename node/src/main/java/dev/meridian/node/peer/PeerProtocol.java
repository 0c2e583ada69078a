package dev.meridian.node.peer;

import dev.meridian.model.ByteRange;
import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.node.peer.PeerRefusedException.Reason;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Paths and headers between nodes, as the package comment draws them. */
final class PeerProtocol {

  static final String HELD = "/internal/held/";
  static final String FETCHED = "/internal/fetched/";
  static final String COPIES = "/internal/copies/";
  static final String STORAGE = "/internal/storage";
  static final String PING = "/internal/ping";
  static final String LIMITS = "/internal/limits";

  /** The longest report of a settlement, and the longest answer, in bytes. */
  static final int LONGEST_REPORT = 1 << 20;

  /** The cluster's name; a node of another cluster is refused. */
  static final String CLUSTER = "meridian-cluster";

  /** A revision that the answer has seen at least. */
  static final String SEEN = "meridian-seen-revision";

  /** Of a pong: whether object storage of the node's region answers, {@code up} or {@code down}. */
  static final String STORAGE_STATE = "meridian-storage";

  /** Of a pong: round trips from there in microseconds, {@code ap-south=201345,eu-west=80123}. */
  static final String DISTANCES = "meridian-distances";

  private static final String UP = "up";

  private static final Pattern UPLOADS = Pattern.compile("/v2/.+/blobs/uploads(/.*)?");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Pattern DISTANCE =
      Pattern.compile("([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)=([0-9]{1,12})");
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{1,18})");

  /** Headers of a connection, not of the message (RFC 9110, section 7.6.1), and what goes by it. */
  private static final Set<String> OF_CONNECTION =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "host",
          "expect",
          CLUSTER);

  private PeerProtocol() {}

  static boolean isOfConnection(String headerInLowerCase) {
    return OF_CONNECTION.contains(headerInLowerCase);
  }

  /** A length as a header has it; empty when there is none, or it is not a plain number. */
  static OptionalLong length(String header) {
    return header != null && LENGTH.matcher(header).matches()
        ? OptionalLong.of(Long.parseLong(header))
        : OptionalLong.empty();
  }

  static boolean isUpload(String path) {
    return UPLOADS.matcher(path).matches();
  }

  static String path(String prefix, BlobRequest request) {
    return prefix + request.digest();
  }

  static String range(ByteRange range) {
    return "bytes=" + range.first() + "-" + range.last();
  }

  /**
   * The request that a path and headers stand for.
   *
   * @param digest what follows the prefix in the path
   * @throws PeerRefusedException when it is none
   */
  static BlobRequest request(String digest, Optional<String> range, Optional<String> seen) {
    try {
      return new BlobRequest(
          Digest.parse(digest),
          range.map(PeerProtocol::parseRange),
          seen.map(Long::parseLong).orElse(0L));
    } catch (IllegalArgumentException e) {
      throw new PeerRefusedException(Reason.INVALID, e.getMessage(), e);
    }
  }

  static String distances(Map<RegionId, Duration> roundTrips) {
    return roundTrips.entrySet().stream()
        .map(distance ->
            distance.getKey() + "=" + TimeUnit.NANOSECONDS.toMicros(distance.getValue().toNanos()))
        .sorted()
        .collect(Collectors.joining(","));
  }

  static String storageState(boolean up) {
    return up ? UP : "down";
  }

  /** What the headers of a pong say. Nodes of before say nothing; their storage is taken for up. */
  static Pong pong(Duration roundTrip, Map<String, List<String>> headers) {
    Map<RegionId, Duration> distances = new HashMap<>();
    DISTANCE
        .matcher(String.join(",", headers.getOrDefault(DISTANCES, List.of())))
        .results()
        .forEach(item ->
            distances.put(
                RegionId.parse(item.group(1)),
                Duration.of(Long.parseLong(item.group(2)), ChronoUnit.MICROS)));
    boolean storageUp = headers.getOrDefault(STORAGE_STATE, List.of(UP)).contains(UP);
    return new Pong(roundTrip, storageUp, distances);
  }

  private static ByteRange parseRange(String header) {
    Matcher matcher = RANGE.matcher(header);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("range: expected bytes=<first>-<last>");
    }
    return new ByteRange(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }
}
