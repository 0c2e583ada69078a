package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import dev.meridian.deploy.LoginCluster.Account;
import dev.meridian.tls.TlsFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;

/** Jib, which trusts what Java trusts: until this is closed, an authority of ours. */
record JibLogin(Path directory) implements LoginClient, AutoCloseable {

  private static final String STORE = "javax.net.ssl.trustStore";
  private static final String STORE_PASSWORD = "javax.net.ssl.trustStorePassword";
  private static final String PASSWORD = "changeit";

  static JibLogin trusting(Path authority, Path directory)
      throws IOException, GeneralSecurityException {
    Path store = directory.resolve("trusted.p12");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setCertificateEntry(
        "authority", new TlsFile("authority", authority).certificates().getFirst());
    try (OutputStream out = Files.newOutputStream(store)) {
      keys.store(out, PASSWORD.toCharArray());
    }
    System.setProperty(STORE, store.toString());
    System.setProperty(STORE_PASSWORD, PASSWORD);
    return new JibLogin(directory);
  }

  @Override
  public String push(Account account, String image) throws Exception {
    Path file = directory.resolve("data");
    Files.write(file, TestImage.of(System.nanoTime(), 1 << 20).layer());
    return Jib.fromScratch()
        .setFormat(ImageFormat.OCI)
        .addLayer(List.of(file), "/app")
        .containerize(
            cached(
                Containerizer.to(
                    RegistryImage.named(image).addCredential(account.name(), account.secret()))))
        .getDigest()
        .toString();
  }

  @Override
  public void pull(Optional<Account> account, String image, String digest) throws Exception {
    RegistryImage base =
        RegistryImage.named(image.substring(0, image.lastIndexOf(':')) + "@" + digest);
    account.ifPresent(known -> base.addCredential(known.name(), known.secret()));
    Path tar = Files.createTempDirectory(directory, "tar").resolve("image.tar");
    Jib.from(base).containerize(cached(Containerizer.to(TarImage.at(tar).named("pulled"))));
    assertThat(tar).isNotEmptyFile();
  }

  /** With caches of its own, so that all bytes come from the registry. */
  private Containerizer cached(Containerizer containerizer) throws IOException {
    return containerizer
        .setBaseImageLayersCache(Files.createTempDirectory(directory, "base"))
        .setApplicationLayersCache(Files.createTempDirectory(directory, "app"));
  }

  @Override
  public void close() {
    System.clearProperty(STORE);
    System.clearProperty(STORE_PASSWORD);
  }
}
