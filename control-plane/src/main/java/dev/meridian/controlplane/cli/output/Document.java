package dev.meridian.controlplane.cli.output;

import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * JSON, or YAML of the same structure, written as it comes. JSON that is not closed is visibly not
 * complete.
 */
final class Document {

  private final PrintWriter out;
  private final JsonGenerator generator;
  private final String end;

  private Document(PrintWriter out, JsonGenerator generator, String end) {
    this.out = out;
    this.generator = generator;
    this.end = end;
  }

  static Document json(PrintWriter out) {
    JsonFactory factory =
        JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();
    return new Document(out, factory.createGenerator(new Indented(), out), "\n");
  }

  static Document yaml(PrintWriter out) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .build();
    return new Document(out, factory.createGenerator(ObjectWriteContext.empty(), out), "");
  }

  void write(Item item) {
    generator.writeStartObject();
    for (Field field : item.fields()) {
      generator.writeName(field.key());
      write(field.value());
    }
    generator.writeEndObject();
  }

  private void write(Value value) {
    switch (value) {
      case Value.Text(String text) -> generator.writeString(text);
      case Value.Texts(List<String> texts, String none) -> {
        generator.writeStartArray();
        texts.forEach(generator::writeString);
        generator.writeEndArray();
      }
      case Value.Rate(long bytes) -> generator.writeNumber(bytes);
      case Value.Unknown() -> generator.writeNull();
      case Value.Count(long count) -> generator.writeNumber(count);
      case Value.Flag(boolean set) -> generator.writeBoolean(set);
      case Value.Millis(long millis) -> generator.writeNumber(millis);
      case Value.Bytes(long bytes) -> generator.writeNumber(bytes);
      case Value.Time(Instant instant) ->
          generator.writeString(instant.truncatedTo(ChronoUnit.MILLIS).toString());
      case Value.Items(List<Item> items) -> {
        generator.writeStartArray();
        items.forEach(this::write);
        generator.writeEndArray();
      }
    }
  }

  void beginList(String plural) {
    generator.writeStartObject();
    generator.writeName(plural);
    generator.writeStartArray();
  }

  void endList() {
    generator.writeEndArray();
    generator.writeEndObject();
  }

  void flush() {
    generator.flush();
  }

  void close() {
    generator.close();
    out.print(end);
  }

  private static final class Indented extends ObjectWriteContext.Base {

    @Override
    public PrettyPrinter getPrettyPrinter() {
      return new DefaultPrettyPrinter();
    }

    @Override
    public boolean hasPrettyPrinter() {
      return true;
    }
  }
}
