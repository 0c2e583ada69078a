package dev.meridian.node.blobs.s3;

import dev.meridian.model.ByteSize;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the bucket is and how bytes get there.
 *
 * @param endpoint host:port or a URL; empty: Amazon's endpoint of the region
 * @param redirectEndpoint the same bucket's endpoint as clients reach it, for presigned URLs
 * @param region that requests are signed for; empty: us-east-1
 * @param pathStyle the bucket in the path rather than in the host name
 * @param secure https, where an endpoint is no URL
 * @param inMemory blobs up to this wait in memory, larger ones in the spool
 * @param partSize of the first parts, at least 5 MiB; it grows with the blob
 * @param spool directory of parts on their way, of this node alone
 * @param spoolLimit bytes that directory may take; at least two parts
 */
public record S3Settings(
    String endpoint,
    Optional<String> redirectEndpoint,
    String region,
    String bucket,
    String accessKey,
    String secretKey,
    boolean pathStyle,
    boolean secure,
    ByteSize inMemory,
    ByteSize partSize,
    Path spool,
    ByteSize spoolLimit) {

  public S3Settings {
    if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
      throw new IllegalArgumentException(
          "bucket name is not valid: expected 3 to 63 lower-case letters, digits, dots and"
              + " hyphens");
    }
    if (partSize.bytes() < PartSizes.SMALLEST) {
      throw new IllegalArgumentException(
          "part size " + partSize + " is not valid: expected at least 5MiB, as S3 does");
    }
    if (spoolLimit.bytes() < 2 * partSize.bytes()) {
      throw new IllegalArgumentException(
          "spool limit "
              + spoolLimit
              + " is not valid: expected at least two parts of "
              + partSize);
    }
    region = region.isEmpty() ? "us-east-1" : region;
    endpoint = url(endpoint.isEmpty() ? "s3." + region + ".amazonaws.com" : endpoint, secure);
    boolean https = secure;
    redirectEndpoint = redirectEndpoint.map(e -> url(e, https));
  }

  private static String url(String endpoint, boolean secure) {
    return endpoint.contains("://") ? endpoint : (secure ? "https://" : "http://") + endpoint;
  }

  /** How messages name the place. */
  String place() {
    return "bucket " + bucket + " at " + endpoint;
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "S3Settings[" + place() + ", region " + region + "]";
  }
}
