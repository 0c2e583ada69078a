package dev.meridian.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys in PEM (RFC 7468). */
final class PemText {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;

  private PemText() {}

  static List<X509Certificate> certificates(TlsFile file, String text) {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      if (block.group(1).equals("CERTIFICATE")) {
        certificates.add(certificate(file, block.group(2)));
      }
    }
    if (certificates.isEmpty()) {
      throw file.unfit("holds no certificate: expected -----BEGIN CERTIFICATE-----", null);
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(TlsFile file, String base64) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(decoded(file, base64)));
    } catch (CertificateException e) {
      throw file.unfit("holds a certificate that cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The private key in a file.
   *
   * @param of the public key that it should belong to; it tells the key's algorithm
   */
  static PrivateKey privateKey(TlsFile file, String text, PublicKey of) {
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      byte[] bytes;
      switch (block.group(1)) {
        case "PRIVATE KEY" -> bytes = decoded(file, block.group(2));
        // What openssl and cert-manager write by default lacks only the name of its algorithm.
        case "EC PRIVATE KEY", "RSA PRIVATE KEY" ->
            bytes = wrapped(decoded(file, block.group(2)), of);
        case "ENCRYPTED PRIVATE KEY" ->
            throw file.unfit(
                "holds a key that is encrypted: expected one without a password", null);
        default -> {
          continue;
        }
      }
      try {
        return KeyFactory.getInstance(of.getAlgorithm())
            .generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (GeneralSecurityException e) {
        throw file.unfit(
            "holds a key that does not fit the certificate, which has one of " + of.getAlgorithm(),
            e);
      }
    }
    throw file.unfit("holds no key: expected -----BEGIN PRIVATE KEY-----", null);
  }

  private static byte[] decoded(TlsFile file, String base64) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw file.unfit("is not valid PEM: " + e.getMessage(), e);
    }
  }

  /** The bare key as PKCS #8 (RFC 5958): its version, its algorithm, and itself. */
  private static byte[] wrapped(byte[] bare, PublicKey of) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(new byte[] {0x02, 0x01, 0x00});
    content.writeBytes(algorithm(of.getEncoded()));
    content.writeBytes(element(OCTET_STRING, bare));
    return element(SEQUENCE, content.toByteArray());
  }

  /** The first element of a SubjectPublicKeyInfo (RFC 5280, section 4.1). */
  private static byte[] algorithm(byte[] publicKey) {
    ByteBuffer in = ByteBuffer.wrap(publicKey);
    in.get();
    length(in);
    int begin = in.position();
    in.get();
    int length = length(in);
    byte[] algorithm = new byte[in.position() + length - begin];
    in.get(begin, algorithm);
    return algorithm;
  }

  private static int length(ByteBuffer in) {
    int first = in.get() & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = first & 0x7f; i > 0; i--) {
      length = length << 8 | in.get() & 0xff;
    }
    return length;
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }
}
