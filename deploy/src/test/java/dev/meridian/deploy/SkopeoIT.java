package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Copies between directories and repositories as mirrors do. */
@RequiresPrograms("skopeo")
@ExtendWith(SharedCluster.class)
class SkopeoIT {

  private static final String[] INSECURE = {"--src-tls-verify=false", "--dest-tls-verify=false"};

  @TempDir private Path directory;

  private Program copyAll;
  private Program skopeo;

  @BeforeEach
  void prepare() {
    skopeo = Program.in(directory, "skopeo");
    copyAll = Program.in(directory, "skopeo", "copy", "-q", "--all", INSECURE[0], INSECURE[1]);
  }

  @Test
  void copiesAnIndexAsItIs(SharedCluster.Addresses regions) throws Exception {
    String digest = OciLayout.write(directory.resolve("image"), "amd64", "arm64");

    copyAll.run("oci:image:latest", "docker://" + regions.first() + "/skopeo/app:1");
    copyAll.run("docker://" + regions.third() + "/skopeo/app:1", "dir:pulled");

    assertThat(inspectDigest(regions.second() + "/skopeo/app:1")).isEqualTo(digest);
    assertThat(directory.resolve("pulled/manifest.json"))
        .hasSameBinaryContentAs(directory.resolve("image/blobs").resolve(digest.replace(':', '/')));
  }

  @Test
  void copiesOneArchitecture(SharedCluster.Addresses regions) throws Exception {
    OciLayout.write(directory.resolve("image"), "amd64", "arm64");

    skopeo.run(
        "--override-arch",
        "arm64",
        "copy",
        "-q",
        INSECURE[1],
        "oci:image:latest",
        "docker://" + regions.second() + "/skopeo/arm:1");

    assertThat(
            skopeo.run(
                "--override-arch",
                "arm64",
                "inspect",
                "--tls-verify=false",
                "--format",
                "{{.Architecture}}",
                "docker://" + regions.third() + "/skopeo/arm:1"))
        .isEqualTo("arm64");
  }

  @Test
  void copiesFromRepositoryToRepositoryAcrossRegions(SharedCluster.Addresses regions)
      throws Exception {
    String digest = OciLayout.write(directory.resolve("image"), "amd64", "arm64");
    copyAll.run("oci:image:latest", "docker://" + regions.first() + "/skopeo/source:1");

    copyAll.run(
        "docker://" + regions.first() + "/skopeo/source:1",
        "docker://" + regions.first() + "/skopeo/mounted:1");
    copyAll.run(
        "docker://" + regions.second() + "/skopeo/source:1",
        "docker://" + regions.third() + "/skopeo/copied:1");

    assertThat(inspectDigest(regions.second() + "/skopeo/mounted:1")).isEqualTo(digest);
    assertThat(inspectDigest(regions.first() + "/skopeo/copied:1")).isEqualTo(digest);
  }

  @Test
  void compressesLayersWithZstdOnTheWay(SharedCluster.Addresses regions) throws Exception {
    OciLayout.write(directory.resolve("image"), "amd64");

    skopeo.run(
        "copy",
        "-q",
        INSECURE[1],
        "--dest-compress-format",
        "zstd",
        "oci:image:latest",
        "docker://" + regions.first() + "/skopeo/zstd:1");
    copyAll.run("docker://" + regions.third() + "/skopeo/zstd:1", "dir:pulled");

    assertThat(directory.resolve("pulled/manifest.json")).content().contains("tar+zstd");
  }

  @Test
  void listsAndDeletesTags(SharedCluster.Addresses regions) throws Exception {
    OciLayout.write(directory.resolve("image"), "amd64");
    String repository = "/skopeo/tags";
    copyAll.run("oci:image:latest", "docker://" + regions.first() + repository + ":1");
    copyAll.run("oci:image:latest", "docker://" + regions.first() + repository + ":2");

    assertThat(list(regions.third() + repository)).contains("\"1\"", "\"2\"");
    skopeo.run("delete", "--tls-verify=false", "docker://" + regions.second() + repository + ":1");

    assertThat(list(regions.third() + repository)).doesNotContain("\"1\"");
  }

  private String inspectDigest(String image) throws Exception {
    String raw = skopeo.run("inspect", "--raw", "--tls-verify=false", "docker://" + image);
    return TestImage.digest(raw.getBytes(StandardCharsets.UTF_8));
  }

  private String list(String repository) throws Exception {
    return skopeo.run("list-tags", "--tls-verify=false", "docker://" + repository);
  }
}
