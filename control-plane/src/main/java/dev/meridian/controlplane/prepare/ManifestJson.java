package dev.meridian.controlplane.prepare;

import dev.meridian.controlplane.prepare.ManifestDocument.Entry;
import dev.meridian.controlplane.prepare.ManifestDocument.Kind;
import dev.meridian.model.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the fields of manifests from JSON, token by token, so that memory is bounded by what is
 * kept. Refuses what is not one JSON object in UTF-8, and what readers may understand differently:
 * a name that comes twice, text after the end.
 */
final class ManifestJson {

  /** Real manifests have depths below 10. */
  static final int MAX_DEPTH = 100;

  /** Bounds the names held for finding duplicates; 10,000 descriptors have 300,000 tokens. */
  static final int MAX_TOKENS = 500_000;

  static final int MAX_REFERENCES = 10_000;
  static final int MAX_MEDIA_TYPE = 255;

  private static final int MAX_SHOWN = 200;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxTokenCount(MAX_TOKENS)
                  .build())
          .build();

  /** Reads the value that the parser stands at. */
  @FunctionalInterface
  private interface FieldReader {
    void read(String name, JsonParser in) throws RefusedException;
  }

  private final String text;

  ManifestJson(ByteBuffer content) throws RefusedException {
    try {
      this.text = StandardCharsets.UTF_8.newDecoder().decode(content).toString();
    } catch (CharacterCodingException e) {
      throw RefusedException.manifestInvalid("manifest is not valid: expected JSON in UTF-8");
    }
  }

  /** Reads the whole document for its syntax, and what it says of its own kind. */
  Kind kind() throws RefusedException {
    String[] mediaType = {""};
    int[] schemaVersion = {0};
    readDocument((name, in) -> {
      switch (name) {
        case "mediaType" -> mediaType[0] = string(in, name);
        case "schemaVersion" -> schemaVersion[0] = Math.clamp(integer(in, name), 0, 99);
        default -> in.skipChildren();
      }
    });
    return new Kind(mediaType[0], schemaVersion[0]);
  }

  /** Reads the fields of a document of a known kind. */
  ManifestDocument document() throws RefusedException {
    DocumentBuilder document = new DocumentBuilder();
    readDocument(document::field);
    return document.build();
  }

  private void readDocument(FieldReader reader) throws RefusedException {
    try (JsonParser in = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw RefusedException.manifestInvalid("manifest is not valid: expected a JSON object");
      }
      readObject(in, reader);
      if (in.nextToken() != null) {
        throw RefusedException.manifestInvalid(
            "manifest is not valid: expected nothing after the JSON object");
      }
    } catch (JacksonException e) {
      throw RefusedException.manifestInvalid("manifest is not valid JSON: " + shown(e));
    }
  }

  private static void readObject(JsonParser in, FieldReader reader) throws RefusedException {
    while (in.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = in.currentName();
      in.nextToken();
      reader.read(name, in);
    }
  }

  private static Optional<Entry> descriptor(JsonParser in, String path) throws RefusedException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return Optional.empty();
    }
    expect(in, JsonToken.START_OBJECT, path, "an object");
    DescriptorBuilder descriptor = new DescriptorBuilder(path);
    readObject(in, descriptor::field);
    return Optional.of(descriptor.build());
  }

  private static Optional<List<Entry>> descriptors(JsonParser in, String path)
      throws RefusedException {
    List<Entry> entries = new ArrayList<>();
    // What Go writes for an empty list.
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return Optional.of(entries);
    }
    expect(in, JsonToken.START_ARRAY, path, "an array");
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (entries.size() == MAX_REFERENCES) {
        throw RefusedException.manifestInvalid(
            path + " has more than " + MAX_REFERENCES + " entries");
      }
      String entryPath = path + "[" + entries.size() + "]";
      entries.add(descriptor(in, entryPath).orElseThrow(() -> expected(entryPath, "an object")));
    }
    return Optional.of(entries);
  }

  private static Map<String, String> strings(JsonParser in, String path) throws RefusedException {
    Map<String, String> strings = new LinkedHashMap<>();
    if (in.currentToken() != JsonToken.VALUE_NULL) {
      expect(in, JsonToken.START_OBJECT, path, "an object");
      readObject(in, (name, value) -> strings.put(name, string(value, path + " value")));
    }
    return strings;
  }

  private static String string(JsonParser in, String path) throws RefusedException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return "";
    }
    expect(in, JsonToken.VALUE_STRING, path, "a string");
    return in.getString();
  }

  private static String mediaType(JsonParser in, String path) throws RefusedException {
    String mediaType = string(in, path);
    if (mediaType.length() > MAX_MEDIA_TYPE) {
      throw expected(path, "at most " + MAX_MEDIA_TYPE + " characters");
    }
    return mediaType;
  }

  private static long integer(JsonParser in, String path) throws RefusedException {
    expect(in, JsonToken.VALUE_NUMBER_INT, path, "an integer");
    if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw expected(path, "a smaller integer");
    }
    return in.getLongValue();
  }

  private static void expect(JsonParser in, JsonToken token, String path, String expected)
      throws RefusedException {
    if (in.currentToken() != token) {
      throw expected(path, expected);
    }
  }

  private static RefusedException expected(String path, String expected) {
    return RefusedException.manifestInvalid(
        "manifest field " + path + " is not valid: expected " + expected);
  }

  private static String shown(JacksonException e) {
    String message = e.getOriginalMessage().replaceAll("[^ -~]", "?");
    String place =
        e.getLocation() == null
            ? ""
            : " (line "
                + e.getLocation().getLineNr()
                + ", column "
                + e.getLocation().getColumnNr()
                + ")";
    return (message.length() > MAX_SHOWN ? message.substring(0, MAX_SHOWN) + "..." : message)
        + place;
  }

  private static final class DocumentBuilder {
    private String artifactType = "";
    private Optional<Entry> config = Optional.empty();
    private Optional<List<Entry>> layers = Optional.empty();
    private Optional<List<Entry>> manifests = Optional.empty();
    private Optional<List<Entry>> blobs = Optional.empty();
    private Optional<Entry> subject = Optional.empty();
    private Map<String, String> annotations = Map.of();

    void field(String name, JsonParser in) throws RefusedException {
      switch (name) {
        case "artifactType" -> artifactType = mediaType(in, name);
        case "config" -> config = descriptor(in, name);
        case "layers" -> layers = descriptors(in, name);
        case "manifests" -> manifests = descriptors(in, name);
        case "blobs" -> blobs = descriptors(in, name);
        case "subject" -> subject = descriptor(in, name);
        case "annotations" -> annotations = strings(in, name);
        default -> in.skipChildren();
      }
    }

    ManifestDocument build() {
      return new ManifestDocument(
          artifactType, config, layers, manifests, blobs, subject, annotations);
    }
  }

  private static final class DescriptorBuilder {
    private final String path;
    private String mediaType = "";
    private Optional<Digest> digest = Optional.empty();
    private long size = -1;
    private boolean hasUrls;

    DescriptorBuilder(String path) {
      this.path = path;
    }

    void field(String name, JsonParser in) throws RefusedException {
      switch (name) {
        case "mediaType" -> mediaType = mediaType(in, path + ".mediaType");
        case "digest" -> digest = Optional.of(digest(string(in, path + ".digest")));
        case "size" -> size = integer(in, path + ".size");
        case "urls" -> {
          hasUrls = in.currentToken() == JsonToken.START_ARRAY;
          in.skipChildren();
        }
        default -> in.skipChildren();
      }
    }

    Entry build() throws RefusedException {
      if (mediaType.isEmpty()) {
        throw expected(path + ".mediaType", "a media type");
      }
      if (size < 0) {
        throw expected(path + ".size", "0 or more");
      }
      return new Entry(
          mediaType,
          digest.orElseThrow(() -> expected(path + ".digest", "a digest")),
          size,
          hasUrls);
    }

    private Digest digest(String text) throws RefusedException {
      try {
        return Digest.parse(text);
      } catch (IllegalArgumentException e) {
        throw RefusedException.manifestInvalid(
            "manifest field " + path + ".digest: " + e.getMessage());
      }
    }
  }
}
