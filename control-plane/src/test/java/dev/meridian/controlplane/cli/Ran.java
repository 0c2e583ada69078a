package dev.meridian.controlplane.cli;

import dev.meridian.controlplane.cli.output.Terminal;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** What a run of {@code meridianctl} printed, and how it ended. */
record Ran(int code, String out, String err) {

  /** Where nobody can be asked. */
  static Ran of(String... arguments) {
    return of(Map.of(), new Terminal(reader(""), false, false), arguments);
  }

  /** On a terminal, at which this is typed. */
  static Ran typing(String input, String... arguments) {
    return of(Map.of(), new Terminal(reader(input), true, true), arguments);
  }

  static Ran with(Map<String, String> environment, String... arguments) {
    return of(environment, new Terminal(reader(""), false, false), arguments);
  }

  private static Ran of(Map<String, String> environment, Terminal terminal, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Meridianctl.commandLine(environment, terminal)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    return new Ran(code, out.toString(), err.toString());
  }

  JsonNode json() {
    return JsonMapper.shared().readTree(out);
  }

  JsonNode yaml() {
    return YAMLMapper.shared().readTree(out);
  }

  private static BufferedReader reader(String input) {
    return new BufferedReader(new StringReader(input));
  }
}
