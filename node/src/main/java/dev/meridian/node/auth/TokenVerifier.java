package dev.meridian.node.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.meridian.model.Principal;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads tokens, and believes only those that a node of this cluster signed for this service: the
 * algorithm is the one that is expected, whatever the token says of it (RFC 8725, section 3.1).
 */
final class TokenVerifier {

  /** Clocks of two nodes may differ by so much. */
  static final Duration SKEW = Duration.ofSeconds(60);

  /** Characters of tokens that are remembered, since each comes with many requests. */
  private static final long MEMORY = 16L << 20;

  /** What a token is worth. */
  sealed interface Verdict {

    /** It was issued here and is good. */
    record Good(Claims claims) implements Verdict {}

    /** It was issued here and its time is over. */
    record Expired(Claims claims) implements Verdict {}

    /** It was not issued here, or not for this. */
    record Bad(String reason) implements Verdict {}
  }

  /**
   * A token as it was read.
   *
   * @param from when it becomes good, less what clocks differ by
   * @param until when its time is over, and what clocks differ by
   */
  private record Signed(String issuer, String keyId, Claims claims, Instant from, Instant until) {}

  private final SigningKeys keys;
  private final String service;
  private final InstantSource clock;
  private final Cache<String, Signed> verified =
      Caffeine.newBuilder()
          .maximumWeight(MEMORY)
          .weigher((String token, Signed claims) -> token.length())
          .build();

  TokenVerifier(SigningKeys keys, String service, InstantSource clock) {
    this.keys = keys;
    this.service = service;
    this.clock = clock;
  }

  /** What a token that is to give access is worth. */
  Verdict access(String token) {
    Signed signed = verified.getIfPresent(token);
    if (signed == null || keys.find(signed.keyId()).isEmpty()) {
      Optional<Signed> read = read(token, TokenIssuer.ACCESS);
      if (read.isEmpty()) {
        return new Verdict.Bad("it was not issued by this registry");
      }
      signed = read.get();
      verified.put(token, signed);
    }
    return judge(signed);
  }

  /** What a token that is to get others is worth. */
  Verdict refresh(String token) {
    return read(token, TokenIssuer.REFRESH)
        .map(this::judge)
        .orElse(new Verdict.Bad("it was not issued by this registry"));
  }

  private Verdict judge(Signed signed) {
    Instant now = clock.instant();
    if (!keys.isIssuer(signed.issuer())) {
      return new Verdict.Bad("it was issued by another cluster");
    }
    if (now.isBefore(signed.from())) {
      return new Verdict.Bad("it is not good yet: do the clocks differ?");
    }
    return now.isBefore(signed.until())
        ? new Verdict.Good(signed.claims())
        : new Verdict.Expired(signed.claims());
  }

  /**
   * Empty when it is not a token, is not signed by a key of this cluster, or is for another use.
   */
  private Optional<Signed> read(String text, String use) {
    try {
      SignedJWT token = SignedJWT.parse(text);
      String id = token.getHeader().getKeyID();
      Optional<ECKey> key = id == null ? Optional.empty() : keys.find(id);
      if (!JWSAlgorithm.ES256.equals(token.getHeader().getAlgorithm())
          || key.isEmpty()
          || !token.verify(new ECDSAVerifier(key.get().toECPublicKey()))) {
        return Optional.empty();
      }
      JWTClaimsSet claims = token.getJWTClaimsSet();
      if (!use.equals(claims.getStringClaim(TokenIssuer.USE))
          || !claims.getAudience().equals(List.of(service))) {
        return Optional.empty();
      }
      Instant expires = claims.getExpirationTime().toInstant();
      return Optional.of(
          new Signed(
              claims.getIssuer(),
              id,
              new Claims(
                  new Principal(Optional.ofNullable(claims.getSubject()).orElse("")),
                  new Credentials(
                      claims.getLongClaim(TokenIssuer.REVISION),
                      Optional.ofNullable(claims.getStringClaim(TokenIssuer.SECRET))),
                  expires,
                  access(claims)),
              claims.getNotBeforeTime().toInstant().minus(SKEW),
              expires.plus(SKEW)));
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The token was signed by a node of this cluster: it is not hostile. */
  private static List<Scope> access(JWTClaimsSet claims) throws ParseException {
    List<Scope> scopes = new ArrayList<>();
    List<Object> entries = claims.getListClaim(TokenIssuer.ACCESS);
    for (Object entry : entries == null ? List.of() : entries) {
      if (entry instanceof Map<?, ?> scope && scope.get("actions") instanceof List<?> actions) {
        LinkedHashSet<String> names = new LinkedHashSet<>();
        actions.forEach(action -> names.add(String.valueOf(action)));
        scopes.add(
            new Scope(String.valueOf(scope.get("type")), String.valueOf(scope.get("name")), names));
      }
    }
    return scopes;
  }
}
