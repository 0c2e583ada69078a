package dev.meridian.controlplane.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class PrinterTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private static final Item ITEM =
      Item.of(
          Field.text("region", "us-east"),
          Field.count("commit", 12),
          Field.millis("lag_ms", 1500),
          Field.bytes("disk_free_bytes", 2048),
          Field.flag("reachable", true),
          Field.time("time", Timestamp.newBuilder().setSeconds(1).setNanos(500_123_456).build()),
          Field.text("grpc_address", "127.0.0.1:5200").setAside());

  @Test
  void printsEachKindOfValueForPrograms() {
    printer(OutputFormat.JSON).item(ITEM);

    assertThat(out)
        .hasToString(
            """
            {
              "region" : "us-east",
              "commit" : 12,
              "lag_ms" : 1500,
              "disk_free_bytes" : 2048,
              "reachable" : true,
              "time" : "1970-01-01T00:00:01.500Z",
              "grpc_address" : "127.0.0.1:5200"
            }
            """);
  }

  @Test
  void printsTheSameInYaml() {
    printer(OutputFormat.YAML).item(ITEM);

    assertThat(out)
        .hasToString(
            """
            region: "us-east"
            commit: 12
            lag_ms: 1500
            disk_free_bytes: 2048
            reachable: true
            time: "1970-01-01T00:00:01.500Z"
            grpc_address: "127.0.0.1:5200"
            """);
  }

  @Test
  void printsFiguresWithUnitsForPeople() {
    printer(OutputFormat.TABLE).list("members", List.of(ITEM, ITEM));

    assertThat(out)
        .hasToString(
            """
            REGION   COMMIT    LAG  DISK FREE  REACHABLE  TIME
            us-east      12  1.5 s    2.0 KiB  yes        1970-01-01T00:00:01Z
            us-east      12  1.5 s    2.0 KiB  yes        1970-01-01T00:00:01Z
            """);
  }

  @Test
  void printsListsWithinAThingBelowIt() {
    Item item =
        Item.of(
            Field.text("leader", "us-east"),
            Field.items("members", List.of(Item.of(Field.text("region", "us-east")))),
            Field.items("nodes", List.of()),
            Field.count("term", 3));

    printer(OutputFormat.TABLE).item(item);

    assertThat(out)
        .hasToString(
            """
            leader: us-east
            term: 3

            REGION
            us-east

            no nodes
            """);
  }

  @Test
  void printsASentenceForPeopleOnly() {
    printer(OutputFormat.TABLE).done("us-east leads", Item.of(Field.text("leader", "us-east")));
    printer(OutputFormat.YAML).done("us-east leads", Item.of(Field.text("leader", "us-east")));

    assertThat(out).hasToString("us-east leads\nleader: \"us-east\"\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"true", "null", "~", "1.0", "0x1f", "1e3", "-", "a: b", "# c", "'", "\"", "no"})
  void yamlKeepsTextsTexts(String text) {
    printer(OutputFormat.YAML).list("tags", List.of(Item.of(Field.text("tag", text))));

    JsonNode tag = YAMLMapper.shared().readTree(out.toString()).at("/tags/0/tag");
    assertThat(tag.isString()).isTrue();
    assertThat(tag.asString()).isEqualTo(text);
  }

  @Test
  void readsNoFurtherPageWhenNobodyListens() {
    Writer gone =
        new Writer() {
          @Override
          public void write(char[] text, int offset, int length) throws java.io.IOException {
            throw new java.io.IOException("broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    for (OutputFormat format : OutputFormat.values()) {
      Iterator<List<Item>> endless =
          IntStream.iterate(0, i -> i + 1).mapToObj(i -> List.of(ITEM)).iterator();
      new Printer(format, new PrintWriter(gone), new PrintWriter(err), progress())
          .list("members", endless);
      assertThat(endless.hasNext()).isTrue();
    }
  }

  private Printer printer(OutputFormat format) {
    return new Printer(format, new PrintWriter(out), new PrintWriter(err), progress());
  }

  private Progress progress() {
    return new Progress(new PrintWriter(err), false, () -> 0, "working");
  }
}
