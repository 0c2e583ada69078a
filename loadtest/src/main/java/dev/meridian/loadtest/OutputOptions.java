package dev.meridian.loadtest;

import dev.meridian.loadtest.report.Comparison;
import dev.meridian.loadtest.report.Report;
import dev.meridian.loadtest.report.ReportFormat;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** In which form the result is printed. */
final class OutputOptions {

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "table, json or html; default ${DEFAULT-VALUE}.")
  private ReportFormat format;

  void write(PrintWriter out, Report report) {
    out.print(format.write(report));
    out.flush();
  }

  void write(PrintWriter out, Comparison comparison) {
    out.print(format.write(comparison));
    out.flush();
  }
}
