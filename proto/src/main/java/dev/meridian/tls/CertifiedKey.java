package dev.meridian.tls;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A private key, and the certificates that vouch for it.
 *
 * @param chain the key's own certificate first
 */
public record CertifiedKey(List<X509Certificate> chain, PrivateKey key) {

  private static final byte[] SAMPLE = "meridian".getBytes(StandardCharsets.UTF_8);

  public CertifiedKey {
    chain = List.copyOf(chain);
  }

  /**
   * Reads a pair of files.
   *
   * @throws TlsFileException when one cannot be read, the key is another certificate's, or the
   *     certificate is not valid at this time
   */
  public static CertifiedKey read(TlsFile certificate, TlsFile key, Instant now) {
    List<X509Certificate> chain = certificate.certificates();
    X509Certificate own = chain.getFirst();
    try {
      own.checkValidity(Date.from(now));
    } catch (CertificateExpiredException e) {
      throw certificate.unfit("has expired at " + own.getNotAfter().toInstant(), e);
    } catch (CertificateNotYetValidException e) {
      throw certificate.unfit("is not valid before " + own.getNotBefore().toInstant(), e);
    }
    PrivateKey read = PemText.privateKey(key, key.read(), own.getPublicKey());
    requireFit(certificate, key, own.getPublicKey(), read);
    return new CertifiedKey(chain, read);
  }

  private static void requireFit(
      TlsFile certificate, TlsFile file, PublicKey certified, PrivateKey key) {
    try {
      String algorithm = signature(certified.getAlgorithm());
      Signature signer = Signature.getInstance(algorithm);
      signer.initSign(key);
      signer.update(SAMPLE);
      byte[] signed = signer.sign();
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(certified);
      verifier.update(SAMPLE);
      if (!verifier.verify(signed)) {
        throw file.unfit("is not the key of the certificate in " + certificate.path(), null);
      }
    } catch (GeneralSecurityException e) {
      throw file.unfit("is not the key of the certificate in " + certificate.path(), e);
    }
  }

  private static String signature(String keyAlgorithm) {
    return switch (keyAlgorithm) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      default -> keyAlgorithm;
    };
  }

  /** Presents the certificate. */
  public X509ExtendedKeyManager keyManager() {
    return new ReloadedKeys(this);
  }

  /** The certificate of the key itself. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }
}
