package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.deploy.LoginCluster.Account;
import dev.meridian.tls.TlsFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Jib in a process of its own, which trusts an authority of ours and nobody else.
 *
 * @param jib runs {@link JibProgram}
 * @param directory for what it moves
 */
record JibLogin(Process jib, Path directory) implements LoginClient, AutoCloseable {

  private static final String STORE_PASSWORD = "changeit";
  private static final int PATIENCE_SECONDS = 120;

  static JibLogin trusting(Path authority, Path directory)
      throws IOException, GeneralSecurityException {
    Path store = directory.resolve("trusted.p12");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setCertificateEntry(
        "authority", new TlsFile("authority", authority).certificates().getFirst());
    try (OutputStream out = Files.newOutputStream(store)) {
      keys.store(out, STORE_PASSWORD.toCharArray());
    }
    return new JibLogin(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD,
                "-cp",
                System.getProperty("java.class.path"),
                JibProgram.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start(),
        directory);
  }

  @Override
  public String push(Account account, String image) throws Exception {
    return digestOf("push", image, Optional.of(account));
  }

  /** Jib compares what comes with the digest that it asks for. */
  @Override
  public void pull(Optional<Account> account, String image, String digest) throws Exception {
    String pulled = image.substring(0, image.lastIndexOf(':')) + "@" + digest;
    assertThat(digestOf("pull", pulled, account)).startsWith("sha256:");
  }

  private String digestOf(String action, String image, Optional<Account> account) throws Exception {
    Stream<String> what = Stream.of(action, directory.toString(), image);
    Stream<String> who = account.stream().flatMap(known -> Stream.of(known.name(), known.secret()));
    String line = Stream.concat(what, who).collect(Collectors.joining("\t", "", "\n"));
    String answer = ask(line);
    assertThat(answer).startsWith(JibProgram.DONE);
    return answer.substring(JibProgram.DONE.length());
  }

  private String ask(String line) throws Exception {
    jib.outputWriter().write(line);
    jib.outputWriter().flush();
    // Not in the common pool, which Ratis works in: with two processors it has one thread.
    return CompletableFuture.supplyAsync(
            () -> jib.inputReader().lines().findFirst().orElse("Jib has ended"),
            Thread::startVirtualThread)
        .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    jib.destroyForcibly().onExit().join();
  }
}
