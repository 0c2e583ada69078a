package dev.meridian.loadtest;

import dev.meridian.loadtest.report.ReportFormat;
import java.io.PrintWriter;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** In which form a result without curves is printed. */
final class PlainOutput {

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "table or json; default ${DEFAULT-VALUE}.")
  private Form form;

  /** Text for people or for programs. */
  enum Form {
    TABLE,
    JSON
  }

  <T> void write(PrintWriter out, T report, Function<T, String> table) {
    out.print(
        switch (form) {
          case TABLE -> table.apply(report);
          case JSON -> ReportFormat.json(report);
        });
    out.flush();
  }
}
