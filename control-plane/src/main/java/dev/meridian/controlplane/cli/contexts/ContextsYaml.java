package dev.meridian.controlplane.cli.contexts;

import dev.meridian.access.AccountName;
import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.client.ServerAddress;
import java.io.StringWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * Contexts as YAML. People may write it too, so what is wrong is told with its line:
 *
 * <pre>
 * current: demo
 * contexts:
 *   demo:
 *     server: us-1.example:5200
 *     ca: /etc/meridian/ca.crt
 *     cert: /home/alice/alice.crt
 *     key: /home/alice/alice.key
 *     user: alice
 * </pre>
 */
final class ContextsYaml {

  private static final String EXPECTED = "expected server, ca, cert, key or user";

  private final Path file;
  private final YAMLParser tokens;

  private ContextsYaml(Path file, YAMLParser tokens) {
    this.file = file;
    this.tokens = tokens;
  }

  /**
   * Reads contexts.
   *
   * @param file how messages name it
   * @throws AdminException when the text is not of this form
   */
  static Contexts parse(Path file, String yaml) {
    try (var tokens =
        (YAMLParser) new YAMLFactory().createParser(ObjectReadContext.empty(), yaml)) {
      return new ContextsYaml(file, tokens).document();
    } catch (JacksonException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw AdminException.failed(
          file + (line > 0 ? ":" + line : "") + ": not valid YAML: " + fault(e), e);
    }
  }

  /** Of an explanation over several lines the one that names the fault: unindented, and last. */
  private static String fault(JacksonException e) {
    return e.getOriginalMessage()
        .lines()
        .filter(line -> !line.startsWith(" "))
        .reduce((first, second) -> second)
        .orElse("unreadable");
  }

  private Contexts document() {
    if (tokens.nextToken() == null) {
      return Contexts.NONE;
    }
    SortedMap<ContextName, Context> byName = new TreeMap<>();
    Optional<ContextName> current = Optional.empty();
    int line = 0;
    Set<String> seen = new HashSet<>();
    for (String key = first("contexts and current", seen); key != null; key = next(seen)) {
      switch (key) {
        case "current" -> {
          current = scalar(key, ContextName::parse);
          line = line();
        }
        case "contexts" -> contexts(byName);
        default -> throw refused("unknown key '" + key + "': expected contexts or current");
      }
    }
    if (tokens.nextToken() != null) {
      throw refused("a second document: expected only one");
    }
    try {
      return new Contexts(byName, current);
    } catch (IllegalArgumentException e) {
      throw refused(line, "current: " + e.getMessage());
    }
  }

  private void contexts(Map<ContextName, Context> byName) {
    if (tokens.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (String name = first("contexts by their names", seen); name != null; name = next(seen)) {
      String each = name;
      ContextName parsed = parsed("contexts", () -> ContextName.parse(each));
      byName.put(parsed, context("context " + name));
    }
  }

  private Context context(String where) {
    Context context = Context.EMPTY;
    if (tokens.currentToken() == JsonToken.VALUE_NULL) {
      return context;
    }
    Set<String> seen = new HashSet<>();
    for (String key = first(where + ": keys", seen); key != null; key = next(seen)) {
      String at = where + ": " + key;
      context =
          switch (key) {
            case "server" -> context.withServer(scalar(at, ServerAddress::parse));
            case "ca" -> context.withPath(Context.File.CA, scalar(at, ContextsYaml::path));
            case "cert" -> context.withPath(Context.File.CERT, scalar(at, ContextsYaml::path));
            case "key" -> context.withPath(Context.File.KEY, scalar(at, ContextsYaml::path));
            case "user" -> context.withUser(scalar(at, AccountName::parse));
            case "password" ->
                throw refused(
                    where
                        + ": a password does not belong into a file: MERIDIAN_PASSWORD or"
                        + " --password-stdin says it");
            default -> throw refused(where + ": unknown key '" + key + "': " + EXPECTED);
          };
    }
    return context;
  }

  private static Path path(String text) {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a path: " + e.getReason(), e);
    }
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("\"" + text + "\": expected an absolute path");
    }
    return path;
  }

  /** Goes to the first value of a mapping; its key, or null at the end. */
  private String first(String expected, Set<String> seen) {
    if (tokens.isCurrentAlias() || tokens.currentToken() != JsonToken.START_OBJECT) {
      throw refused("expected " + expected + ", each with a value");
    }
    return next(seen);
  }

  /** Goes to the next value of a mapping; its key, or null at the end. */
  private String next(Set<String> seen) {
    if (tokens.nextToken() == JsonToken.END_OBJECT) {
      return null;
    }
    String key = tokens.getString();
    if (!seen.add(key)) {
      throw refused("'" + key + "' is given twice: expected once");
    }
    tokens.nextToken();
    return key;
  }

  /** The current value; empty for a key without one. */
  private <T> Optional<T> scalar(String where, Function<String, T> parse) {
    if (tokens.isCurrentAlias() || !tokens.currentToken().isScalarValue()) {
      throw refused(where + ": expected one value, written out");
    }
    if (tokens.currentToken() == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    String text = tokens.getString();
    return Optional.of(parsed(where, () -> parse.apply(text)));
  }

  private <T> T parsed(String where, Supplier<T> parse) {
    try {
      return parse.get();
    } catch (IllegalArgumentException e) {
      throw refused(where + ": " + e.getMessage());
    }
  }

  private AdminException refused(String reason) {
    return refused(line(), reason);
  }

  private AdminException refused(int line, String reason) {
    return AdminException.failed(file + ":" + line + ": " + reason);
  }

  private int line() {
    return tokens.currentTokenLocation().getLineNr();
  }

  /** Writes contexts as {@link #parse} reads them. */
  static String print(Contexts contexts) {
    StringWriter text = new StringWriter();
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .build();
    try (JsonGenerator out = factory.createGenerator(ObjectWriteContext.empty(), text)) {
      out.writeStartObject();
      contexts.current().ifPresent(name -> write(out, "current", name));
      out.writeName("contexts");
      out.writeStartObject();
      contexts
          .byName()
          .forEach((name, context) -> {
            out.writeName(name.value());
            out.writeStartObject();
            context.server().ifPresent(server -> write(out, "server", server));
            for (Context.File file : Context.File.values()) {
              context.path(file).ifPresent(path -> write(out, file.key(), path));
            }
            context.user().ifPresent(user -> write(out, "user", user));
            out.writeEndObject();
          });
      out.writeEndObject();
      out.writeEndObject();
    }
    return text.toString();
  }

  private static void write(JsonGenerator out, String key, Object value) {
    out.writeName(key);
    out.writeString(value.toString());
  }
}
