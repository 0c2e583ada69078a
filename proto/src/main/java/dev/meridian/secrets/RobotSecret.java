package dev.meridian.secrets;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The secret of a robot: 256 random bits, so that a plain hash keeps it well. It begins with {@code
 * mrs_}, by which scanners find those that were published by mistake.
 *
 * @param id by which people tell a robot's secrets apart; says nothing of the secret
 */
public record RobotSecret(String id, String value) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String PREFIX = "mrs_";

  /** A new one. */
  public static RobotSecret generate() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    byte[] id = new byte[4];
    RANDOM.nextBytes(id);
    return new RobotSecret(
        HexFormat.of().formatHex(id),
        PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** What servers keep of a secret: its SHA-256. */
  public static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }

  /** Whether a hash is the secret's, in the same time whatever differs. */
  public static boolean matches(byte[] hash, String secret) {
    return MessageDigest.isEqual(hash, hash(secret));
  }

  /** By which tokens tell for which secret they were given: 64 bits of its hash. */
  public static String fingerprint(byte[] hash) {
    return HexFormat.of().formatHex(hash, 0, Long.BYTES);
  }

  /** Nothing of the secret. */
  @Override
  public String toString() {
    return "robot secret " + id;
  }
}
