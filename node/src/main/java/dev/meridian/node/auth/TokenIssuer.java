package dev.meridian.node.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.meridian.model.Principal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes tokens (Distribution, "Token Authentication Implementation"): JSON Web Tokens that are
 * signed with a key of the cluster, so that they are good in all of its regions.
 */
final class TokenIssuer {

  /** Of a claim that tells what a token is for. */
  static final String USE = "use";

  static final String ACCESS = "access";
  static final String REFRESH = "refresh";

  /** The account's credentials revision. */
  static final String REVISION = "rev";

  /** The fingerprint of a robot's secret. */
  static final String SECRET = "sec";

  private final SigningKeys keys;
  private final String service;
  private final InstantSource clock;

  TokenIssuer(SigningKeys keys, String service, InstantSource clock) {
    this.keys = keys;
    this.service = service;
    this.clock = clock;
  }

  /** A token that gives access. Empty while the cluster has no key. */
  Optional<String> access(Claims claims) {
    return sign(
        claims(claims.principal(), claims.credentials(), claims.expires(), ACCESS)
            .claim(ACCESS, claims.access().stream().map(TokenIssuer::access).toList()));
  }

  /** A token that gets others (RFC 6749, section 1.5). Empty while the cluster has no key. */
  Optional<String> refresh(Principal principal, Credentials credentials, Instant expires) {
    return sign(claims(principal, credentials, expires, REFRESH));
  }

  private JWTClaimsSet.Builder claims(
      Principal principal, Credentials credentials, Instant expires, String use) {
    Date now = Date.from(clock.instant());
    return new JWTClaimsSet.Builder()
        .issuer(keys.issuer())
        .subject(principal.name())
        .audience(service)
        .issueTime(now)
        .notBeforeTime(now)
        .expirationTime(Date.from(expires))
        .jwtID(UUID.randomUUID().toString())
        .claim(USE, use)
        .claim(REVISION, credentials.revision())
        .claim(SECRET, credentials.secret().orElse(null));
  }

  private static Map<String, Object> access(Scope scope) {
    return Map.of(
        "type", scope.type(), "name", scope.name(), "actions", List.copyOf(scope.actions()));
  }

  private Optional<String> sign(JWTClaimsSet.Builder claims) {
    return keys.signing().map(key -> sign(key, claims.build()));
  }

  private static String sign(ECKey key, JWTClaimsSet claims) {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build(),
            claims);
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException("this JVM does not sign with ES256", e);
    }
    return token.serialize();
  }
}
