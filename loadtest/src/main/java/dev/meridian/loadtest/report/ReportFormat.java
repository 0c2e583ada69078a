package dev.meridian.loadtest.report;

import java.util.List;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** The forms of a report; constants are written in lower case on the command line. */
public enum ReportFormat {
  TABLE {
    @Override
    public String write(List<Report> reports) {
      return TableText.of(reports);
    }
  },
  JSON {
    @Override
    public String write(List<Report> reports) {
      return MAPPER.writeValueAsString(
              reports.size() == 1 ? reports.getFirst() : new Several(reports))
          + "\n";
    }
  },
  HTML {
    @Override
    public String write(List<Report> reports) {
      return HtmlPage.of(reports);
    }
  };

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .build();

  /** The whole text of one or more reports, ended by a line feed. */
  public abstract String write(List<Report> reports);

  private record Several(List<Report> reports) {}
}
