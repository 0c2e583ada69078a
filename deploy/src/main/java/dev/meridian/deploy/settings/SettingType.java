package dev.meridian.deploy.settings;

import dev.meridian.controlplane.ControlPlaneConfig.Peer;
import dev.meridian.model.ByteSize;
import dev.meridian.model.RegionId;
import dev.meridian.node.limits.RateLimit;
import dev.meridian.node.routing.Coordinates;
import dev.meridian.node.routing.Network;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a setting's value may be, in the file and as the text of a variable.
 *
 * @param <T> what it is in the program
 */
sealed interface SettingType<T> {

  SettingType<String> TEXT = new Scalar<>("a text", text -> text);
  SettingType<String> NONEMPTY =
      new Scalar<>("a text that is not empty", text -> matching("(?s).*\\S.*", text));
  SettingType<String> CLUSTER =
      new Scalar<>(
          "a name of at most 63 letters, digits, '.', '_' and '-'",
          text -> matching("[A-Za-z0-9][A-Za-z0-9._-]{0,62}", text));
  SettingType<Path> PATH = new Scalar<>("a path", text -> Path.of(matching("\\S.*", text)));
  SettingType<RegionId> REGION =
      new Scalar<>("a region's name: lower-case letters, digits and '-'", RegionId::parse);
  SettingType<HostAndPort> ADDRESS =
      new Scalar<>("host:port, such as 127.0.0.1:5000", HostAndPort::parse);
  SettingType<Optional<HostAndPort>> OPTIONAL_ADDRESS =
      new Scalar<>(
          "nothing, or host:port, such as 127.0.0.1:5100",
          text -> text.isEmpty() ? Optional.empty() : Optional.of(HostAndPort.parse(text)));
  SettingType<Optional<URI>> OPTIONAL_URL =
      new Scalar<>(
          "nothing, or http:// or https://, a host and maybe a port, such as"
              + " https://eu.registry.example",
          text -> text.isEmpty() ? Optional.empty() : Optional.of(url(text)));
  SettingType<Optional<String>> OPTIONAL_HEADER =
      new Scalar<>(
          "nothing, or the name of a header, such as X-Client-Region",
          text ->
              text.isEmpty()
                  ? Optional.empty()
                  : Optional.of(matching("[A-Za-z0-9!#$%&'*+.^_`|~-]+", text)));
  SettingType<Network> NETWORK =
      new Scalar<>("a network, such as 10.0.0.0/8 or 2001:db8::/32", Network::parse);
  SettingType<Map.Entry<Network, RegionId>> NETWORK_OF_REGION =
      new Scalar<>(
          "a network and its region, such as 10.1.0.0/16=eu-west",
          text -> pair(text, Network::parse, RegionId::parse));
  SettingType<List<Map.Entry<RegionId, Coordinates>>> COORDINATES =
      new Items<>(
          new Scalar<>(
              "a region and its latitude and longitude in degrees, such as eu-west=53.3,-6.2",
              text -> pair(text, RegionId::parse, Coordinates::parse)),
          // Not at the comma within an item.
          ",(?=[^,]*=)");
  SettingType<ByteSize> SIZE =
      new Scalar<>("a number and a unit, such as 8MiB or 20GiB", ByteSize::parse);
  SettingType<Duration> DURATION =
      new Scalar<>("a number and a unit, such as 50ms, 10s or 168h", SettingType::duration);
  SettingType<Optional<RateLimit>> OPTIONAL_LIMIT =
      new Scalar<>(
          "nothing, or a number in at least 1s and at most 366d, such as 100/6h or 3000/1m",
          text -> text.isEmpty() ? Optional.empty() : Optional.of(limit(text)));
  SettingType<Integer> COUNT =
      new Scalar<>("a number, such as 100", text -> Integer.parseInt(matching("[0-9]{1,9}", text)));
  SettingType<Boolean> BOOLEAN = choice(Map.of("true", true, "false", false));
  SettingType<List<Peer>> PEERS = listOf(new PeerFields());

  /**
   * The value of what was written.
   *
   * @param path of the setting, for the message
   * @throws ConfigException naming the place, the path and what was expected
   */
  T read(String path, YamlNode written) throws ConfigException;

  /** A variable's text as it would have been written in the file. */
  YamlNode ofVariable(String at, String text);

  /** What is expected, to complete a message. */
  String expected();

  /** One of the constants of an enum, written in lower case with {@code -} for {@code _}. */
  static <E extends Enum<E>> SettingType<E> oneOf(Class<E> type) {
    return choice(
        Arrays.stream(type.getEnumConstants())
            .collect(
                Collectors.toMap(
                    constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    constant -> constant,
                    (first, second) -> first,
                    LinkedHashMap::new)));
  }

  /** A list; in a variable its items are separated by commas. */
  static <T> SettingType<List<T>> listOf(SettingType<T> item) {
    return new Items<>(item, ",");
  }

  private static <T> SettingType<T> choice(Map<String, T> values) {
    return new Scalar<>(
        values.keySet().stream().sorted().collect(Collectors.joining(" or ")),
        text -> {
          T value = values.get(text);
          if (value == null) {
            throw new IllegalArgumentException("not one of them");
          }
          return value;
        });
  }

  private static URI url(String text) {
    URI url = URI.create(matching("https?://[^/?#@]{1,240}", text));
    if (url.getHost() == null) {
      throw new IllegalArgumentException("without a host");
    }
    return url;
  }

  private static <K, V> Map.Entry<K, V> pair(
      String text, Function<String, K> key, Function<String, V> value) {
    String[] parts = text.split("=", -1);
    if (parts.length != 2) {
      throw new IllegalArgumentException("not a pair");
    }
    return Map.entry(key.apply(parts[0].strip()), value.apply(parts[1].strip()));
  }

  private static String matching(String pattern, String text) {
    if (!text.matches(pattern)) {
      throw new IllegalArgumentException("does not match");
    }
    return text;
  }

  private static RateLimit limit(String text) {
    String[] parts = text.split("/", 2);
    return new RateLimit(
        Long.parseLong(matching("[0-9]{1,9}", parts[0].strip())),
        duration(parts.length < 2 ? "" : parts[1].strip()));
  }

  private static Duration duration(String text) {
    Matcher part = Pattern.compile("\\G([0-9]{1,9})(ms|s|m|h|d)").matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (part.find()) {
      long count = Long.parseLong(part.group(1));
      sum =
          sum.plus(
              switch (part.group(2)) {
                case "ms" -> Duration.ofMillis(count);
                case "s" -> Duration.ofSeconds(count);
                case "m" -> Duration.ofMinutes(count);
                case "h" -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
              });
      end = part.end();
    }
    if (end == 0 || end < text.length()) {
      throw new IllegalArgumentException("not a duration");
    }
    return sum;
  }

  private static ConfigException refused(
      String path, YamlNode written, String what, String expected) {
    return new ConfigException(
        written.at() + ": " + path + ": " + what + " is not valid: expected " + expected);
  }

  /**
   * A single value.
   *
   * @param parse throws IllegalArgumentException for a text that is not one
   */
  record Scalar<T>(String expected, Function<String, T> parse) implements SettingType<T> {

    @Override
    public T read(String path, YamlNode written) throws ConfigException {
      if (!(written instanceof YamlNode.Scalar scalar)) {
        throw refused(path, written, written.shape(), expected);
      }
      try {
        return parse.apply(scalar.text());
      } catch (IllegalArgumentException e) {
        throw refused(path, written, "'" + scalar.text() + "'", expected);
      }
    }

    @Override
    public YamlNode ofVariable(String at, String text) {
      return new YamlNode.Scalar(at, text);
    }
  }

  /**
   * A list of values of one type.
   *
   * @param separator between two items in a variable, as a regular expression
   */
  record Items<T>(SettingType<T> item, String separator) implements SettingType<List<T>> {

    @Override
    public List<T> read(String path, YamlNode written) throws ConfigException {
      if (!(written instanceof YamlNode.Sequence sequence)) {
        throw refused(path, written, written.shape(), expected());
      }
      List<T> values = new ArrayList<>();
      for (YamlNode each : sequence.items()) {
        values.add(item.read(path + "[" + values.size() + "]", each));
      }
      return Collections.unmodifiableList(values);
    }

    @Override
    public YamlNode ofVariable(String at, String text) {
      return new YamlNode.Sequence(
          at,
          Stream.of(text.split(separator, -1))
              .map(String::strip)
              .filter(each -> !text.isBlank())
              .map(each -> item.ofVariable(at, each))
              .toList());
    }

    @Override
    public String expected() {
      return "a list, each " + item.expected();
    }
  }

  /** A metadata server; in a variable {@code region/raft/grpc}. */
  record PeerFields() implements SettingType<Peer> {

    private static final List<String> KEYS = List.of("region", "raft", "grpc");

    @Override
    public Peer read(String path, YamlNode written) throws ConfigException {
      if (!(written instanceof YamlNode.Mapping fields)) {
        throw refused(path, written, written.shape(), expected());
      }
      for (Map.Entry<String, YamlNode> field : fields.entries().entrySet()) {
        if (!KEYS.contains(field.getKey())) {
          throw refused(path + "." + field.getKey(), field.getValue(), "the key", expected());
        }
      }
      for (String key : KEYS) {
        if (!fields.entries().containsKey(key)) {
          throw refused(path, written, "a peer without '" + key + "'", expected());
        }
      }
      return new Peer(
          REGION.read(path + ".region", fields.entries().get("region")),
          ADDRESS.read(path + ".raft", fields.entries().get("raft")).toString(),
          ADDRESS.read(path + ".grpc", fields.entries().get("grpc")).toString());
    }

    @Override
    public YamlNode ofVariable(String at, String text) {
      Map<String, YamlNode> fields = new LinkedHashMap<>();
      String[] parts = text.split("/", KEYS.size());
      for (int i = 0; i < parts.length; i++) {
        fields.put(KEYS.get(i), new YamlNode.Scalar(at, parts[i]));
      }
      return new YamlNode.Mapping(at, fields);
    }

    @Override
    public String expected() {
      return "{region: us-east, raft: \"host:port\", grpc: \"host:port\"}"
          + " (in a variable us-east/host:port/host:port)";
    }
  }
}
