package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.deploy.LoginCluster.Account;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import land.oras.ArtifactType;
import land.oras.ContainerRef;
import land.oras.LocalPath;
import land.oras.Registry;
import land.oras.auth.NoAuthProvider;

/**
 * ORAS for Java.
 *
 * @param authority file of the certificate of whom it trusts
 * @param directory for what it moves
 */
record OrasLogin(Path authority, Path directory) implements LoginClient {

  private Registry as(Optional<Account> account) {
    Registry.Builder builder = Registry.builder().withCaFile(authority);
    return account
        .map(known -> builder.defaults(known.name(), known.secret()))
        .orElseGet(() -> builder.withAuthProvider(new NoAuthProvider()))
        .build();
  }

  @Override
  public String push(Account account, String image) throws Exception {
    Path file = directory.resolve("chart.txt");
    Files.write(file, TestImage.of(System.nanoTime(), 1 << 20).layer());
    return as(Optional.of(account))
        .pushArtifact(
            ContainerRef.parse(image),
            ArtifactType.from("application/vnd.example.chart"),
            LocalPath.of(file, "text/plain"))
        .getDescriptor()
        .getDigest();
  }

  @Override
  public void pull(Optional<Account> account, String image, String digest) throws Exception {
    Path pulled = Files.createTempDirectory(directory, "pulled");
    ContainerRef ref = ContainerRef.parse(image).withDigest(digest);
    as(account).pullArtifact(ref, pulled, true);
    assertThat(pulled.resolve("chart.txt")).isNotEmptyFile();
  }
}
