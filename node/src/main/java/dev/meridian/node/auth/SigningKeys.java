package dev.meridian.node.auth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.Membership.SigningKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The keys of the cluster that sign tokens, the same in all regions. */
public final class SigningKeys {

  private static final String ISSUER = "meridian:";

  private final Supplier<Membership> membership;
  private final LongSupplier clusterTimeMillis;
  private final Map<String, ECKey> parsed = new ConcurrentHashMap<>();

  public SigningKeys(Supplier<Membership> membership, LongSupplier clusterTimeMillis) {
    this.membership = membership;
    this.clusterTimeMillis = clusterTimeMillis;
  }

  /**
   * The key that signs now: the newest of those that all regions have had time to learn; without
   * one, the oldest.
   *
   * @return empty while the plane has made none
   */
  Optional<ECKey> signing() {
    List<SigningKey> keys = membership.get().signingKeys();
    long now = clusterTimeMillis.getAsLong();
    return keys.stream()
        .filter(key -> key.activeFromMillis() <= now)
        .findFirst()
        .or(() -> keys.isEmpty() ? Optional.empty() : Optional.of(keys.getLast()))
        .map(this::parsed);
  }

  /** The key of this id, whether it signs already, still, or no more. */
  Optional<ECKey> find(String id) {
    // Asked with every request, so without a stream.
    for (SigningKey key : membership.get().signingKeys()) {
      if (key.id().equals(id)) {
        return Optional.of(parsed(key));
      }
    }
    return Optional.empty();
  }

  /** Who issues tokens: this cluster, and no other one of the same name. */
  String issuer() {
    return ISSUER + membership.get().clusterId();
  }

  /** Whether this text is {@link #issuer()}. */
  boolean isIssuer(String text) {
    String cluster = membership.get().clusterId();
    return text.length() == ISSUER.length() + cluster.length()
        && text.startsWith(ISSUER)
        && text.endsWith(cluster);
  }

  /** The public keys (RFC 7517, "JWK Set Format"). */
  public Map<String, Object> published() {
    List<JWK> keys = membership.get().signingKeys().stream().<JWK>map(this::parsed).toList();
    return new JWKSet(keys).toJSONObject(true);
  }

  private ECKey parsed(SigningKey key) {
    return parsed.computeIfAbsent(key.id(), id -> parse(key));
  }

  private static ECKey parse(SigningKey key) {
    try {
      KeyFactory factory = KeyFactory.getInstance("EC");
      return new ECKey.Builder(
              Curve.P_256,
              (ECPublicKey) factory.generatePublic(new X509EncodedKeySpec(key.publicKey())))
          .privateKey(
              (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(key.privateKey())))
          .keyID(key.id())
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing key " + key.id() + " of the plane is broken", e);
    }
  }
}
