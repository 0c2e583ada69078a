package dev.meridian.deploy;

import dev.meridian.deploy.LoginCluster.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import land.oras.ArtifactType;
import land.oras.ContainerRef;
import land.oras.LocalPath;
import land.oras.Registry;
import land.oras.auth.NoAuthProvider;
import land.oras.exception.OrasException;

/** ORAS for Java as a program. */
final class OrasProgram implements ClientProcess.Library {

  private static final String AUTHORITY = "authority";

  private OrasProgram() {}

  public static void main(String[] arguments) throws IOException {
    ClientProcess.serve(new OrasProgram());
  }

  /**
   * @param authority file of the certificate of whom it trusts
   */
  static ClientProcess trusting(Path authority, Path directory) throws IOException {
    return ClientProcess.start(OrasProgram.class, directory, AUTHORITY + "=" + authority);
  }

  private static Registry as(Optional<Account> account) {
    Registry.Builder builder =
        Registry.builder().withCaFile(Path.of(System.getProperty(AUTHORITY)));
    return account
        .map(known -> builder.defaults(known.name(), known.secret()))
        .orElseGet(() -> builder.withAuthProvider(new NoAuthProvider()))
        .build();
  }

  @Override
  public String push(String image, Optional<Account> account, Path directory) throws Exception {
    Path file = directory.resolve("chart.txt");
    Files.write(file, TestImage.of(System.nanoTime(), 1 << 20).layer());
    try {
      return as(account)
          .pushArtifact(
              ContainerRef.parse(image),
              ArtifactType.from("application/vnd.example.chart"),
              LocalPath.of(file, "text/plain"))
          .getDescriptor()
          .getDigest();
    } catch (OrasException e) {
      throw withStatus(e);
    }
  }

  @Override
  public String pull(String image, Optional<Account> account, Path directory) throws Exception {
    ContainerRef ref = ContainerRef.parse(image);
    try {
      as(account).pullArtifact(ref, directory, true);
    } catch (OrasException e) {
      throw withStatus(e);
    }
    if (Files.size(directory.resolve("chart.txt")) == 0) {
      throw new IOException("nothing came of " + image);
    }
    return ref.getDigest();
  }

  /** Its text is about headers whatever a registry says of a login; its status tells. */
  private static IOException withStatus(OrasException e) {
    return new IOException("status " + e.getStatusCode() + ": " + e.getMessage(), e);
  }
}
