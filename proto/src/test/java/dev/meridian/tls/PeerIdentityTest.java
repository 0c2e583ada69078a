package dev.meridian.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdentityTest {

  @Test
  void isReadFromItsUri() {
    PeerIdentity identity = PeerIdentity.parse("meridian://demo/server/us-east.1");

    assertThat(identity).isEqualTo(new PeerIdentity("demo", PeerRole.SERVER, "us-east.1"));
    assertThat(identity).hasToString("meridian://demo/server/us-east.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "meridian:demo/node/a",
        "https://demo/node/a",
        "meridian://demo/node",
        "meridian://demo/node/",
        "meridian://demo/node/a/b",
        "meridian://demo/NODE/a",
        "meridian://demo/admin/a",
        "meridian:///node/a",
        "meridian://de mo/node/a",
        "meridian://demo/node/a\n",
        "meridian://demo@x/node/a",
        "meridian://demo/node/..%2f",
        "xmeridian://demo/node/a",
      })
  void nothingElseIsOne(String uri) {
    assertThatThrownBy(() -> PeerIdentity.parse(uri)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void isFoundByClusterAndInTheOrderOfTheRolesThatAreAsked() {
    PeerIdentity node = new PeerIdentity("demo", PeerRole.NODE, "a");
    PeerIdentity server = new PeerIdentity("demo", PeerRole.SERVER, "a");
    PeerIdentity other = new PeerIdentity("prod", PeerRole.OPERATOR, "a");
    PeerIdentities identities = new PeerIdentities(List.of(node, server, other));

    assertThat(identities.in("demo", PeerRole.SERVER, PeerRole.NODE)).contains(server);
    assertThat(identities.in("demo", PeerRole.OPERATOR)).isEmpty();
    assertThat(identities.in("prod", PeerRole.OPERATOR)).contains(other);
    assertThat(identities.in("Demo", PeerRole.NODE)).isEmpty();
  }
}
