package dev.meridian.node.redirect;

import dev.meridian.model.Digest;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.node.metadata.MetadataClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Capabilities to read one blob of one repository in one region, as they stand in a URL:
 *
 * <pre>
 *   &lt;cluster time in milliseconds at which it expires&gt;.&lt;base64url(HMAC-SHA256)&gt;
 * </pre>
 *
 * Whoever has one needs no login there, and is not sent on to a further region. The MAC covers what
 * it is good for. Keys come from the metadata plane: every node of every region verifies what any
 * of them signed.
 */
public final class BlobCapabilities {

  /** What has become of a capability. */
  public enum Verdict {
    GOOD,
    EXPIRED,
    /** Nobody in this cluster gave it for this blob, repository and region. */
    FOREIGN
  }

  /**
   * Clients follow a redirect at once, and come back for a new one when they go on with a download
   * that broke off. Cluster times of two regions may differ by as long as one of them is without
   * news, which is some seconds.
   */
  static final Duration LIFE = Duration.ofMinutes(5);

  private static final Pattern PATTERN = Pattern.compile("([0-9]{1,18})\\.([A-Za-z0-9_-]{43})");
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final MetadataClient metadata;

  public BlobCapabilities(MetadataClient metadata) {
    this.metadata = metadata;
  }

  /** A capability that is good for {@link #LIFE} from now, signed with the newest key. */
  String sign(RepositoryName repository, Digest digest, RegionId region) {
    String expires = Long.toString(metadata.clusterTimeMillis() + LIFE.toMillis());
    byte[] key = metadata.membership().uploadKeys().getFirst();
    return expires + "." + mac(key, repository, digest, region, expires);
  }

  /**
   * What a capability is worth in this region.
   *
   * @param text as it was in a URL
   */
  public Verdict verify(RepositoryName repository, Digest digest, RegionId region, String text) {
    Matcher parts = PATTERN.matcher(text);
    if (!parts.matches()) {
      return Verdict.FOREIGN;
    }
    boolean signed =
        metadata.membership().uploadKeys().stream()
            .map(key -> mac(key, repository, digest, region, parts.group(1)))
            .anyMatch(mac -> isEqual(mac, parts.group(2)));
    if (!signed) {
      return Verdict.FOREIGN;
    }
    return metadata.clusterTimeMillis() > Long.parseLong(parts.group(1))
        ? Verdict.EXPIRED
        : Verdict.GOOD;
  }

  private static String mac(
      byte[] key, RepositoryName repository, Digest digest, RegionId region, String expires) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      // The keys sign upload tokens too, as two lines: what has five lines is never one of them.
      String signed =
          String.join("\n", "read", repository.value(), digest.toString(), region.value(), expires);
      return ENCODER.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  /** In a time that does not depend on where they differ. */
  private static boolean isEqual(String mac, String claimed) {
    return MessageDigest.isEqual(
        mac.getBytes(StandardCharsets.US_ASCII), claimed.getBytes(StandardCharsets.US_ASCII));
  }
}
