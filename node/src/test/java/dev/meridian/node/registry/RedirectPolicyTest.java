package dev.meridian.node.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.registry.RedirectPolicy.ClientOrigin;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RedirectPolicyTest {

  private static final ClientOrigin PLAIN = new ClientOrigin("registry.example", false);
  private static final ClientOrigin SECURE = new ClientOrigin("registry.example", true);

  private static boolean redirects(ClientOrigin client, String storage) {
    return RedirectPolicy.auto(Optional.empty()).allows(client, URI.create(storage));
  }

  @Test
  void redirectsToAnotherHost() {
    assertThat(redirects(SECURE, "https://storage.example/bucket/key")).isTrue();
    assertThat(redirects(PLAIN, "http://storage.example:7480/bucket/key")).isTrue();
  }

  @Test
  void streamsWhenStorageIsTheRequestsHostOrUnderIt() {
    assertThat(redirects(PLAIN, "http://registry.example:7480/bucket/key")).isFalse();
    assertThat(redirects(PLAIN, "http://Storage.Registry.Example/bucket/key")).isFalse();
    assertThat(redirects(PLAIN, "http://otherregistry.example/bucket/key")).isTrue();
  }

  @Test
  void streamsWhenStorageIsUnderTheRegistrysPublicName() {
    RedirectPolicy policy = RedirectPolicy.auto(Optional.of("public.example"));

    assertThat(policy.allows(PLAIN, URI.create("http://s3.public.example/key"))).isFalse();
    assertThat(policy.allows(PLAIN, URI.create("http://s3.example/key"))).isTrue();
  }

  @Test
  void streamsRatherThanSendAnHttpsClientToHttp() {
    assertThat(redirects(SECURE, "http://storage.example/bucket/key")).isFalse();
  }

  @Test
  void streamsWhenTheStoragesHostCannotBeRead() {
    assertThat(redirects(PLAIN, "http://my_storage/bucket/key")).isFalse();
  }
}
