package dev.meridian.controlplane.store;

import dev.meridian.model.Digest.Algorithm;

/** The byte that stands for a digest's algorithm in a key; codes are never reused. */
final class DigestAlgorithmCode {

  private DigestAlgorithmCode() {}

  static int of(Algorithm algorithm) {
    return switch (algorithm) {
      case SHA256 -> 1;
      case SHA512 -> 2;
    };
  }

  static Algorithm parse(int code) {
    for (Algorithm algorithm : Algorithm.values()) {
      if (of(algorithm) == code) {
        return algorithm;
      }
    }
    throw new IllegalArgumentException("a key names the digest algorithm " + code);
  }
}
