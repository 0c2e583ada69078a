package dev.meridian.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Presents one certificate, which may be replaced while connections are made: a handshake that
 * began with the one before ends with it.
 */
final class ReloadedKeys extends X509ExtendedKeyManager {

  private record Generation(int number, CertifiedKey certified) {
    String alias() {
      return "certificate-" + number;
    }

    boolean is(String keyType) {
      String algorithm = certified.key().getAlgorithm();
      // EC_RSA and EC_EC also tell the kind of the signature below it.
      return keyType.equals(algorithm) || keyType.startsWith(algorithm + "_");
    }
  }

  private volatile Generation current;
  private volatile Generation before;

  ReloadedKeys(CertifiedKey first) {
    current = new Generation(0, first);
    before = current;
  }

  /** Called by one thread. */
  void replace(CertifiedKey next) {
    before = current;
    current = new Generation(before.number() + 1, next);
  }

  CertifiedKey certified() {
    return current.certified();
  }

  private String alias(String... keyTypes) {
    Generation now = current;
    for (String keyType : keyTypes) {
      if (now.is(keyType)) {
        return now.alias();
      }
    }
    return null;
  }

  private CertifiedKey of(String alias) {
    Generation now = current;
    Generation old = before;
    return alias.equals(now.alias())
        ? now.certified()
        : alias.equals(old.alias()) ? old.certified() : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    CertifiedKey found = of(alias);
    return found == null ? null : found.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    CertifiedKey found = of(alias);
    return found == null ? null : found.key();
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    String alias = alias(keyType);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return getClientAliases(keyType, issuers);
  }

  /** Whatever authorities the other side names: that it refuses ours says more than silence. */
  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return alias(keyType);
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return alias(keyType);
  }
}
