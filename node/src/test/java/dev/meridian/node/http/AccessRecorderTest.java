package dev.meridian.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessRecorderTest {

  @ParameterizedTest
  @CsvSource({
    "/v2/a/blobs/uploads/id.state.mac, /v2/a/blobs/uploads/id",
    "/v2/a/blobs/uploads/id.state.mac/, /v2/a/blobs/uploads/id/",
    "/v2/a/b/uploads/id.state.mac, /v2/a/b/uploads/id",
    "/v2/a.b/manifests/1.0, /v2/a.b/manifests/1.0",
    "/v2/a/blobs/uploads/, /v2/a/blobs/uploads/"
  })
  void keepsTokensOutOfTheLog(String path, String shown) {
    assertThat(AccessRecorder.shown(path)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"/v2/\u001b[2J, /v2/?[2J", "/v2/\u00e9, /v2/?"})
  void showsOnlyWhatIsPrintable(String path, String shown) {
    assertThat(AccessRecorder.shown(path)).isEqualTo(shown);
  }
}
