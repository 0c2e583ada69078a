package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Jib, as Java builds use it: it pushes, and pulls what it takes as a base. */
@ExtendWith(SharedCluster.class)
class JibIT {

  @TempDir private Path directory;

  @Test
  void buildsOnAnImageThatWasPushedInAnotherRegion(SharedCluster.Addresses regions)
      throws Exception {
    JibContainer base =
        push(Jib.fromScratch().setFormat(ImageFormat.OCI), regions.first() + "/jib/base:1");

    JibContainer derived =
        push(
            Jib.from(RegistryImage.named(regions.second() + "/jib/base:1")),
            regions.third() + "/jib/derived:1");

    try (RegistryClient client = RegistryClient.of("http://" + regions.second())) {
      assertThat(client.resolve("jib/base", "1")).isEqualTo(base.getDigest().toString());
      assertThat(client.resolve("jib/derived", "1")).isEqualTo(derived.getDigest().toString());
    }
  }

  @Test
  void buildsForTwoArchitectures(SharedCluster.Addresses regions) throws Exception {
    push(Jib.fromScratch().addPlatform("arm64", "linux"), regions.second() + "/jib/both:1");

    JibContainer derived =
        push(
            Jib.from(RegistryImage.named(regions.first() + "/jib/both:1"))
                .addPlatform("arm64", "linux"),
            regions.first() + "/jib/both-derived:1");

    try (RegistryClient client = RegistryClient.of("http://" + regions.third())) {
      assertThat(client.manifest("jib/both", "1")).contains("\"amd64\"", "\"arm64\"");
      assertThat(client.resolve("jib/both-derived", "1")).isEqualTo(derived.getDigest().toString());
    }
  }

  /** With caches of its own for each build, so that all bytes come from the registry. */
  private JibContainer push(JibContainerBuilder image, String target) throws Exception {
    Path file = directory.resolve("data");
    Files.write(file, TestImage.of(System.nanoTime(), 1 << 20).layer());
    return image
        .addLayer(List.of(file), "/app")
        .containerize(
            Containerizer.to(RegistryImage.named(target))
                .setAllowInsecureRegistries(true)
                .setBaseImageLayersCache(Files.createTempDirectory(directory, "base"))
                .setApplicationLayersCache(Files.createTempDirectory(directory, "app")));
  }
}
