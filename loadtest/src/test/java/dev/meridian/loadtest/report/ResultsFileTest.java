package dev.meridian.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResultsFileTest {

  private static final String BEFORE =
      """
      # Results

      Words.

      ## Beside etcd on file storage

      old

      ## What bounds it

      More words.
      """;

  @Test
  void replacesTheSectionOfTheSameComparison() {
    assertThat(ResultsFile.replace(BEFORE, "## Beside etcd on file storage\n\nnew\n"))
        .isEqualTo(BEFORE.replace("old", "new"));
  }

  @Test
  void addsASectionThatIsNotThere() {
    assertThat(ResultsFile.replace(BEFORE, "## Beside etcd\n\nnew\n"))
        .isEqualTo(BEFORE + "\n## Beside etcd\n\nnew\n");
  }
}
