package dev.meridian.node.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.meridian.model.Principal;
import dev.meridian.node.auth.TokenVerifier.Verdict;
import dev.meridian.node.metadata.Membership;
import dev.meridian.node.metadata.Membership.SigningKey;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tokens: which are believed, and which are not. */
class TokensTest {

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Credentials CREDENTIALS = new Credentials(5, Optional.empty());
  private static final Scope PULL = new Scope("repository", "team/app", Set.of("pull"));

  private final SigningKey first = FakeAccess.key("first", 0);
  private final SigningKey second = FakeAccess.key("second", 600_000);
  private Instant now = BEGIN;
  private long clusterTime;
  private List<SigningKey> current = List.of(first);
  private String cluster = "c1";

  private final InstantSource clock = () -> now;
  private final SigningKeys keys = new SigningKeys(this::membership, () -> clusterTime);
  private final TokenIssuer issuer = new TokenIssuer(keys, "meridian", clock);
  private final TokenVerifier verifier = new TokenVerifier(keys, "meridian", clock);

  private Membership membership() {
    return new Membership(cluster, 0, List.of(), List.of(), Set.of(), Map.of(), current);
  }

  private Claims claims() {
    return new Claims(new Principal("alice"), CREDENTIALS, BEGIN.plusSeconds(300), List.of(PULL));
  }

  @Test
  void believesWhatItIssued() {
    String token = issuer.access(claims()).orElseThrow();
    for (int i = 0; i < 2; i++) {
      assertThat(verifier.access(token)).isEqualTo(new Verdict.Good(claims()));
    }
    Claims ofRobot =
        new Claims(
            new Principal("robot.ci"),
            new Credentials(5, Optional.of("0123456789abcdef")),
            BEGIN.plusSeconds(300),
            List.of(PULL));
    assertThat(verifier.access(issuer.access(ofRobot).orElseThrow()))
        .isEqualTo(new Verdict.Good(ofRobot));
  }

  @Test
  void toleratesASmallSkewOfClocksAndNoMore() {
    String token = issuer.access(claims()).orElseThrow();
    now = BEGIN.plusSeconds(359);
    assertThat(verifier.access(token)).isInstanceOf(Verdict.Good.class);
    now = BEGIN.plusSeconds(361);
    assertThat(verifier.access(token)).isEqualTo(new Verdict.Expired(claims()));
    now = BEGIN.minusSeconds(59);
    assertThat(verifier.access(token)).isInstanceOf(Verdict.Good.class);
    now = BEGIN.minusSeconds(61);
    assertThat(verifier.access(token)).isInstanceOf(Verdict.Bad.class);
  }

  @Test
  void signsWithANewKeyWhenAllRegionsKnowItAndBelievesBoth() {
    String old = issuer.access(claims()).orElseThrow();
    current = List.of(second, first);
    assertThat(keyOf(issuer.access(claims()).orElseThrow())).isEqualTo("first");
    clusterTime = 600_000;
    String fresh = issuer.access(claims()).orElseThrow();
    assertThat(keyOf(fresh)).isEqualTo("second");
    assertThat(verifier.access(old)).isInstanceOf(Verdict.Good.class);
    assertThat(verifier.access(fresh)).isInstanceOf(Verdict.Good.class);
    current = List.of(second);
    assertThat(verifier.access(old)).isInstanceOf(Verdict.Bad.class);
  }

  @Test
  void refusesTokensOfAnotherClusterWithTheSameKeyAndAnotherService() {
    String token = issuer.access(claims()).orElseThrow();
    String elsewhere = new TokenIssuer(keys, "other", clock).access(claims()).orElseThrow();
    assertThat(verifier.access(elsewhere)).isInstanceOf(Verdict.Bad.class);
    cluster = "c2";
    assertThat(verifier.access(token))
        .isEqualTo(new Verdict.Bad("it was issued by another cluster"));
  }

  @Test
  void refusesARefreshTokenForAccessAndTheOtherWayRound() {
    String refresh =
        issuer.refresh(new Principal("alice"), CREDENTIALS, BEGIN.plusSeconds(300)).orElseThrow();
    String access = issuer.access(claims()).orElseThrow();
    assertThat(verifier.access(refresh)).isInstanceOf(Verdict.Bad.class);
    assertThat(verifier.refresh(access)).isInstanceOf(Verdict.Bad.class);
    assertThat(verifier.refresh(refresh)).isInstanceOf(Verdict.Good.class);
  }

  @Test
  void refusesWhatNobodySigned() {
    String unsigned = new PlainJWT(hostile()).serialize();
    assertThat(verifier.access(unsigned)).isInstanceOf(Verdict.Bad.class);
    String[] parts = issuer.access(claims()).orElseThrow().split("\\.");
    String altered =
        parts[0] + "." + new PlainJWT(hostile()).serialize().split("\\.")[1] + "." + parts[2];
    assertThat(verifier.access(altered)).isInstanceOf(Verdict.Bad.class);
    assertThat(verifier.access(parts[0] + "." + parts[1] + ".")).isInstanceOf(Verdict.Bad.class);
    for (String text : List.of("", ".", "..", "a.b.c", "x".repeat(30_000))) {
      assertThat(verifier.access(text)).isInstanceOf(Verdict.Bad.class);
    }
  }

  /** The public key as a shared secret: what a verifier falls for that believes the header. */
  @Test
  void refusesAnotherAlgorithmUnderAKeyThatItKnows() throws Exception {
    byte[] publicKey = first.publicKey();
    assertThat(verifier.access(signed(JWSAlgorithm.HS256, new MACSigner(publicKey), "first")))
        .isInstanceOf(Verdict.Bad.class);
  }

  @Test
  void refusesAnotherKeyUnderTheIdOfOneThatItKnows() throws Exception {
    SigningKey foreign = FakeAccess.key("foreign", 0);
    ECKey key =
        new SigningKeys(
                () ->
                    new Membership(
                        "c1", 0, List.of(), List.of(), Set.of(), Map.of(), List.of(foreign)),
                () -> 0)
            .signing()
            .orElseThrow();
    for (String id : List.of("first", "foreign", "../first")) {
      assertThat(verifier.access(signed(JWSAlgorithm.ES256, new ECDSASigner(key), id)))
          .isInstanceOf(Verdict.Bad.class);
    }
  }

  @Test
  void publishesNoPrivateKey() {
    assertThat(keys.published().toString()).contains("first", "P-256").doesNotContain(" d=");
  }

  private static JWTClaimsSet hostile() {
    return new JWTClaimsSet.Builder()
        .issuer("meridian:c1")
        .subject("admin")
        .audience("meridian")
        .notBeforeTime(Date.from(BEGIN))
        .expirationTime(Date.from(BEGIN.plusSeconds(300)))
        .claim("use", "access")
        .claim("rev", 5)
        .build();
  }

  private static String signed(JWSAlgorithm algorithm, JWSSigner signer, String id)
      throws Exception {
    SignedJWT token = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(id).build(), hostile());
    token.sign(signer);
    return token.serialize();
  }

  private static String keyOf(String token) {
    try {
      return SignedJWT.parse(token).getHeader().getKeyID();
    } catch (ParseException e) {
      throw new IllegalStateException(e);
    }
  }
}
