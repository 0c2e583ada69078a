package dev.meridian.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A content digest, {@code algorithm:encoded} (OCI image-spec, descriptor.md, "Digests"). Only the
 * registered algorithms sha256 and sha512 are known; the encoded part is lower-case hexadecimal.
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

  /** The registered algorithms. */
  public enum Algorithm {
    SHA256("sha256", "SHA-256", 64),
    SHA512("sha512", "SHA-512", 128);

    private final String label;
    private final String jcaName;
    private final int hexLength;

    Algorithm(String label, String jcaName, int hexLength) {
      this.label = label;
      this.jcaName = jcaName;
      this.hexLength = hexLength;
    }

    /** The algorithm's name as it stands in a digest. */
    public String label() {
      return label;
    }

    /**
     * Parses {@code sha256} or {@code sha512}.
     *
     * @throws IllegalArgumentException for any other name
     */
    public static Algorithm parse(String label) {
      for (Algorithm algorithm : values()) {
        if (algorithm.label.equals(label)) {
          return algorithm;
        }
      }
      throw new IllegalArgumentException(
          "digest algorithm " + Quoted.of(label) + " is not supported: expected sha256 or sha512");
    }

    /** A fresh hash function. */
    public MessageDigest newMessageDigest() {
      try {
        return MessageDigest.getInstance(jcaName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has " + jcaName, e);
      }
    }
  }

  public Digest {
    Objects.requireNonNull(algorithm, "algorithm");
    if (hex.length() != algorithm.hexLength || !isLowerHex(hex)) {
      throw new IllegalArgumentException(
          "digest "
              + Quoted.of(algorithm.label + ":" + hex)
              + " is not valid: expected "
              + algorithm.hexLength
              + " lower-case hexadecimal digits after "
              + algorithm.label
              + ":");
    }
  }

  /**
   * Parses {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException when the text is not a digest or its algorithm is not known
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "digest " + Quoted.of(text) + " is not valid: expected algorithm:hex");
    }
    return new Digest(Algorithm.parse(text.substring(0, colon)), text.substring(colon + 1));
  }

  /** The digest of these bytes. */
  public static Digest of(Algorithm algorithm, byte[] content) {
    return ofHash(algorithm, algorithm.newMessageDigest().digest(content));
  }

  /** The digest whose hash was already taken. */
  public static Digest ofHash(Algorithm algorithm, byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  /** The hash as bytes. */
  public byte[] hash() {
    return HexFormat.of().parseHex(hex);
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return algorithm.label + ":" + hex;
  }

  private static boolean isLowerHex(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
        return false;
      }
    }
    return true;
  }
}
