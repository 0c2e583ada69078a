package dev.meridian.loadtest;

import dev.meridian.loadtest.report.Report;
import dev.meridian.loadtest.report.ReportFormat;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Option;

/** In which form the result is printed. */
final class OutputOptions {

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "table, json or html; default ${DEFAULT-VALUE}.")
  private ReportFormat format;

  void write(PrintWriter out, List<Report> reports) {
    out.print(format.write(reports));
    out.flush();
  }
}
