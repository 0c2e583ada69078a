package dev.meridian.loadtest.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ScaleSettingsTest {

  private static ScaleSettings settings(int tags, int repositories, int manifests) {
    return new ScaleSettings(tags, repositories, manifests, 1, 1, 1);
  }

  @Test
  void dividesManifestsAmongTagsAndRepositories() {
    ScaleSettings settings = settings(301, 20, 500);
    assertThat(settings.taggedManifests()).isEqualTo(31);
    assertThat(settings.otherRepositories()).isEqualTo(19);
    assertThat(settings.otherManifests()).isEqualTo(450);
    assertThat(settings(301, 20, 50).otherManifests()).isZero();
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(301, 20, 49))
        .withMessageContaining("--manifests must be at least 50");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> settings(1, 0, 10))
        .withMessageContaining("must be positive");
  }
}
