package dev.meridian.node.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.node.routing.ClientOrigin;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RedirectPolicyTest {

  private static final ClientOrigin PLAIN = client(false);
  private static final ClientOrigin SECURE = client(true);

  private static ClientOrigin client(boolean secure) {
    return new ClientOrigin("registry.example", secure, "192.0.2.1", name -> Optional.empty());
  }

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

  @Test
  void sendsNoHttpsClientToARegionOfHttp() {
    RedirectPolicy policy = RedirectPolicy.NO_LESS_SECURE;

    assertThat(policy.allows(SECURE, URI.create("http://eu.registry.example"))).isFalse();
    assertThat(policy.allows(SECURE, URI.create("https://eu.registry.example"))).isTrue();
    assertThat(policy.allows(PLAIN, URI.create("http://registry.example:5001"))).isTrue();
  }
}
