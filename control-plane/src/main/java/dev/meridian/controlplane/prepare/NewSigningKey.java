package dev.meridian.controlplane.prepare;

import com.google.protobuf.ByteString;
import dev.meridian.proto.log.AddSigningKey;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.HexFormat;

/** Makes keys that sign tokens (ES256). */
public final class NewSigningKey {

  /** So long after it was added a key signs: until then all regions know it. */
  public static final Duration LEAD = Duration.ofMinutes(10);

  private static final SecureRandom RANDOM = new SecureRandom();

  private NewSigningKey() {}

  /**
   * A new one.
   *
   * @param activeFromMillis cluster time from which on it signs
   */
  static AddSigningKey activeFrom(long activeFromMillis) {
    KeyPair pair = generate();
    byte[] id = new byte[8];
    RANDOM.nextBytes(id);
    return AddSigningKey.newBuilder()
        .setId(HexFormat.of().formatHex(id))
        .setPrivateKey(ByteString.copyFrom(pair.getPrivate().getEncoded()))
        .setPublicKey(ByteString.copyFrom(pair.getPublic().getEncoded()))
        .setActiveFromMs(activeFromMillis)
        .build();
  }

  private static KeyPair generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException | InvalidAlgorithmParameterException e) {
      throw new IllegalStateException("this JVM makes no EC keys on P-256", e);
    }
  }
}
