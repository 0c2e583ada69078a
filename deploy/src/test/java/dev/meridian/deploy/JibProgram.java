package dev.meridian.deploy;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
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

/** Jib as a program, which trusts an authority of ours and nobody else. */
final class JibProgram implements ClientProcess.Library {

  private static final String STORE_PASSWORD = "changeit";

  private JibProgram() {}

  public static void main(String[] arguments) throws IOException {
    ClientProcess.serve(new JibProgram());
  }

  static ClientProcess trusting(Path authority, Path directory)
      throws IOException, GeneralSecurityException {
    Path store = directory.resolve("trusted.p12");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setCertificateEntry(
        "authority", new TlsFile("authority", authority).certificates().getFirst());
    try (OutputStream out = Files.newOutputStream(store)) {
      keys.store(out, STORE_PASSWORD.toCharArray());
    }
    return ClientProcess.start(
        JibProgram.class,
        directory,
        "javax.net.ssl.trustStore=" + store,
        "javax.net.ssl.trustStorePassword=" + STORE_PASSWORD);
  }

  @Override
  public String push(String image, Optional<Account> account, Path directory) throws Exception {
    Path file = directory.resolve("data");
    Files.write(file, TestImage.of(System.nanoTime(), 1 << 20).layer());
    return digest(
        Jib.fromScratch()
            .setFormat(ImageFormat.OCI)
            .addLayer(List.of(file), "/app")
            .containerize(cached(Containerizer.to(as(account, image)), directory)));
  }

  /** Jib compares what comes with the digest that it asks for. */
  @Override
  public String pull(String image, Optional<Account> account, Path directory) throws Exception {
    TarImage tar = TarImage.at(directory.resolve("image.tar")).named("pulled");
    return digest(
        Jib.from(as(account, image)).containerize(cached(Containerizer.to(tar), directory)));
  }

  private static RegistryImage as(Optional<Account> account, String image) throws Exception {
    RegistryImage named = RegistryImage.named(image);
    account.ifPresent(known -> named.addCredential(known.name(), known.secret()));
    return named;
  }

  private static String digest(JibContainer container) {
    return container.getDigest().toString();
  }

  /** With caches of its own, so that all bytes come from the registry. */
  private static Containerizer cached(Containerizer containerizer, Path directory) {
    return containerizer
        .setBaseImageLayersCache(directory.resolve("base"))
        .setApplicationLayersCache(directory.resolve("app"));
  }
}
