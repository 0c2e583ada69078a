package dev.meridian.node.registry;

import dev.meridian.model.Digest;
import dev.meridian.model.Principal;
import dev.meridian.model.RegionId;
import dev.meridian.model.RepositoryName;
import dev.meridian.model.UploadId;
import dev.meridian.node.blobs.UploadState;
import dev.meridian.node.metadata.MetadataClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Upload tokens as they stand in a location, one segment of its path:
 *
 * <pre>
 *   &lt;uuid&gt;.&lt;base64url(payload)&gt;.&lt;base64url(HMAC-SHA256)&gt;
 *   payload = version, owner, region, algorithm, expiry, state's key, length and storage, hash
 * </pre>
 *
 * The specification wants a UUID in the location (OCI distribution-spec, "POST then PUT"). The MAC
 * covers the repository's name too, so that a token is good for one repository without naming it.
 * Keys come from the metadata plane: every node of every region reads every token.
 */
final class UploadTokens {

  /** Longer than any token that was ever signed; what is longer is not looked at. */
  private static final int LONGEST = 2048;

  private static final int VERSION = 2;
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final MetadataClient metadata;

  UploadTokens(MetadataClient metadata) {
    this.metadata = metadata;
  }

  /** The token as text, signed with the newest key. */
  String sign(RepositoryName repository, UploadToken token) {
    String signed = token.id() + "." + ENCODER.encodeToString(encode(token));
    byte[] key = metadata.membership().uploadKeys().getFirst();
    return signed + "." + ENCODER.encodeToString(mac(key, repository, signed));
  }

  /**
   * Reads a token.
   *
   * @throws RegistryException {@code BLOB_UPLOAD_UNKNOWN} when it was not signed by this cluster
   *     for this repository, somebody else began its session, or that has expired
   */
  UploadToken verify(Principal principal, RepositoryName repository, String text) {
    String[] parts = text.length() > LONGEST ? new String[0] : text.split("\\.", -1);
    if (parts.length != 3 || !isSigned(repository, parts)) {
      throw RegistryError.BLOB_UPLOAD_UNKNOWN.because(
          "the upload in the path is not one of this repository");
    }
    UploadToken token = decode(UploadId.parse(parts[0]), DECODER.decode(parts[1]));
    if (!token.owner().equals(principal)) {
      throw RegistryError.BLOB_UPLOAD_UNKNOWN.because(
          "the upload in the path is not one of this repository");
    }
    if (metadata.clusterTimeMillis() > token.expiresMillis()) {
      throw RegistryError.BLOB_UPLOAD_UNKNOWN.because("the upload in the path has expired");
    }
    return token;
  }

  private boolean isSigned(RepositoryName repository, String[] parts) {
    byte[] claimed;
    try {
      claimed = DECODER.decode(parts[2]);
    } catch (IllegalArgumentException e) {
      return false;
    }
    String signed = parts[0] + "." + parts[1];
    return metadata.membership().uploadKeys().stream()
        .anyMatch(key -> MessageDigest.isEqual(mac(key, repository, signed), claimed));
  }

  private static byte[] mac(byte[] key, RepositoryName repository, String signed) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      // A repository's name holds no '.' beside '/', and no '\n' at all: the two cannot run
      // together.
      mac.update((repository + "\n" + signed).getBytes(StandardCharsets.UTF_8));
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }

  private static byte[] encode(UploadToken token) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      out.writeUTF(token.owner().name());
      out.writeUTF(token.region().value());
      out.writeUTF(token.algorithm().label());
      out.writeLong(token.expiresMillis());
      out.writeUTF(token.state().key());
      out.writeLong(token.state().length());
      out.writeUTF(token.state().storage());
      out.write(token.digest().map(Digest::hash).orElse(new byte[0]));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** The bytes were signed by a node of this cluster: they are not hostile. */
  private static UploadToken decode(UploadId id, byte[] payload) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw RegistryError.BLOB_UPLOAD_UNKNOWN.because(
            "the upload in the path was begun by another version of the registry");
      }
      Principal owner = new Principal(in.readUTF());
      RegionId region = RegionId.parse(in.readUTF());
      Digest.Algorithm algorithm = Digest.Algorithm.parse(in.readUTF());
      long expires = in.readLong();
      UploadState state = new UploadState(in.readUTF(), in.readLong(), in.readUTF());
      byte[] hash = in.readAllBytes();
      Optional<Digest> digest =
          hash.length == 0 ? Optional.empty() : Optional.of(Digest.ofHash(algorithm, hash));
      return new UploadToken(id, owner, region, algorithm, expires, state, digest);
    } catch (IOException e) {
      throw new UncheckedIOException("a signed upload token is cut short", e);
    }
  }
}
