package dev.meridian.deploy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsTest {

  @Test
  void readmeHasEverySettingWithItsDefault() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));

    assertThat(Settings.ALL)
        .allSatisfy(setting -> {
          String start = "| `" + setting.path() + "` | ";
          assertThat(readme)
              .contains(
                  setting
                      .fallback()
                      .filter(text -> !text.isEmpty())
                      .map(text -> start + "`" + text + "` |")
                      .orElse(start));
        });
  }

  @Test
  void everySettingHasAVariable() {
    assertThat(Settings.HTTP_ADDR.variable()).isEqualTo("MERIDIAN_HTTP_ADDR");
    assertThat(Settings.FILESYSTEM_ROOT.variable())
        .isEqualTo("MERIDIAN_STORAGE_FILESYSTEM_ROOTDIRECTORY");
    assertThat(Settings.ALL.stream().map(Setting::variable)).doesNotHaveDuplicates();
  }
}
