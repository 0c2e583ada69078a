package dev.meridian.loadtest.report;

import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/** The forms of a report; constants are written in lower case on the command line. */
public enum ReportFormat {
  TABLE {
    @Override
    public String write(Report report) {
      return TableText.of(report);
    }

    @Override
    public String write(Comparison comparison) {
      return TableText.of(comparison);
    }
  },
  JSON {
    @Override
    public String write(Report report) {
      return json(report);
    }

    @Override
    public String write(Comparison comparison) {
      return json(comparison);
    }
  },
  HTML {
    @Override
    public String write(Report report) {
      return HtmlPage.of(report);
    }

    @Override
    public String write(Comparison comparison) {
      return HtmlPage.of(comparison);
    }
  };

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
          .build();

  /** Any record as this format has it, ended by a line feed. */
  public static String json(Object report) {
    return MAPPER.writeValueAsString(report) + "\n";
  }

  /** The whole text of a report, ended by a line feed. */
  public abstract String write(Report report);

  /** The whole text of a comparison, ended by a line feed. */
  public abstract String write(Comparison comparison);
}
