package dev.meridian.controlplane.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {

  @Test
  void readsNamesAndAddresses() {
    assertThat(ServerAddress.parse("metadata.example:5200"))
        .isEqualTo(new ServerAddress("metadata.example", 5200));
    assertThat(ServerAddress.parse("[::1]:5200")).isEqualTo(new ServerAddress("::1", 5200));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:5200", "localhost:1", "[::1]:65535"})
  void printsWhatItReads(String text) {
    assertThat(ServerAddress.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "localhost", ":5200", "a:0", "a:65536", "a:b", "::1:5200", "http://a:1"})
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> ServerAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"" + text + "\" is not an address: expected HOST:PORT, such as 127.0.0.1:5200");
  }
}
