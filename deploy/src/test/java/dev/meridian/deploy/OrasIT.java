package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import land.oras.ArtifactType;
import land.oras.ContainerRef;
import land.oras.Index;
import land.oras.Layer;
import land.oras.LocalPath;
import land.oras.Manifest;
import land.oras.ManifestDescriptor;
import land.oras.Registry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** ORAS for Java: artifacts, what refers to them, indexes, chunks and mounts. */
@ExtendWith(SharedCluster.class)
class OrasIT {

  private static final ArtifactType CHART = ArtifactType.from("application/vnd.example.chart");
  private static final ArtifactType SBOM = ArtifactType.from("application/vnd.example.sbom");
  private static final ArtifactType SIGNATURE =
      ArtifactType.from("application/vnd.example.signature");

  private final Registry oras = Registry.builder().insecure().build();

  @TempDir private Path directory;

  @Test
  void pullsAnArtifactInAnotherRegion(SharedCluster.Addresses regions) throws Exception {
    Path file = file("chart.txt", 2 << 20);

    oras.pushArtifact(ref(regions.first(), "oras/app:1"), CHART, LocalPath.of(file, "text/plain"));
    Path pulled = Files.createDirectory(directory.resolve("pulled"));
    oras.pullArtifact(ref(regions.third(), "oras/app:1"), pulled, true);

    assertThat(pulled.resolve("chart.txt")).hasSameBinaryContentAs(file);
  }

  @Test
  void findsWhatRefersToAnArtifact(SharedCluster.Addresses regions) throws Exception {
    ContainerRef here = ref(regions.first(), "oras/subject:1");
    Manifest subject =
        oras.pushArtifact(here, CHART, LocalPath.of(file("subject.txt", 100), "text/plain"));

    Manifest sbom =
        oras.attachArtifact(here, SBOM, LocalPath.of(file("sbom.txt", 100), "text/plain"));
    oras.attachArtifact(here, SIGNATURE, LocalPath.of(file("signature.txt", 100), "text/plain"));

    ContainerRef there =
        ref(regions.second(), "oras/subject:1").withDigest(subject.getDescriptor().getDigest());
    assertThat(oras.getReferrers(there, null).getManifests()).hasSize(2);
    assertThat(oras.getReferrers(there, SBOM).getManifests())
        .extracting(ManifestDescriptor::getDigest)
        .containsExactly(sbom.getDescriptor().getDigest());
  }

  @Test
  void pushesAnIndexOfManifests(SharedCluster.Addresses regions) throws Exception {
    ContainerRef part = ref(regions.second(), "oras/index:part");
    Manifest manifest =
        oras.pushArtifact(part, CHART, LocalPath.of(file("part.txt", 100), "text/plain"));

    oras.pushIndex(
        ref(regions.second(), "oras/index:all"),
        Index.fromManifests(List.of(manifest.getDescriptor())));

    assertThat(oras.getIndex(ref(regions.first(), "oras/index:all")).getManifests())
        .extracting(ManifestDescriptor::getDigest)
        .containsExactly(manifest.getDescriptor().getDigest());
  }

  @Test
  void pushesABlobInChunksAndMountsIt(SharedCluster.Addresses regions) throws Exception {
    Path file = file("large", 5_000_000);

    Layer blob = oras.pushBlobChunked(ref(regions.third(), "oras/chunks"), file, 1 << 20);
    boolean mounted =
        oras.mountBlob(
            ref(regions.third(), "oras/chunks").withDigest(blob.getDigest()),
            ref(regions.third(), "oras/mounted").withDigest(blob.getDigest()));

    assertThat(mounted).isTrue();
    Path pulled = directory.resolve("pulled");
    oras.fetchBlob(ref(regions.first(), "oras/mounted").withDigest(blob.getDigest()), pulled);
    assertThat(pulled).hasSameBinaryContentAs(file);
  }

  private Path file(String name, int size) throws Exception {
    return Files.write(directory.resolve(name), TestImage.of(System.nanoTime(), size).layer());
  }

  private static ContainerRef ref(String region, String name) {
    return ContainerRef.parse(region + "/" + name);
  }
}
