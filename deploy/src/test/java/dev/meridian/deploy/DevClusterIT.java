package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.model.RegionId;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevClusterIT {

  private static final List<RegionId> REGIONS =
      Stream.of("us-east", "eu-west", "ap-south").map(RegionId::parse).toList();

  @TempDir private Path directory;

  @Test
  void servesWhatWasThereAfterARestartOnOtherPorts() throws Exception {
    DevCluster.Options options = options();
    TestImage image = TestImage.of(1, 3 << 20);
    List<RegionId> ready = new CopyOnWriteArrayList<>();

    DevCluster first = DevCluster.start(options, ready::add);
    try (RegistryClient here = client(options, 0);
        RegistryClient there = client(options, 2)) {
      assertThat(ready).containsExactlyInAnyOrderElementsOf(REGIONS);
      here.push("demo/app", "1", image);
      assertThat(there.resolve("demo/app", "1")).isEqualTo(image.digest());
      assertThat(there.blob("demo/app", TestImage.digest(image.layer()))).isEqualTo(image.layer());
    } finally {
      long begin = System.nanoTime();
      first.close();
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
    }

    DevCluster.Options moved = options();
    try (DevCluster _ = DevCluster.start(moved, region -> {});
        RegistryClient there = client(moved, 1)) {
      assertThat(there.resolve("demo/app", "1")).isEqualTo(image.digest());
      assertThat(there.blob("demo/app", TestImage.digest(image.layer()))).isEqualTo(image.layer());
    }
  }

  @Test
  void showsEveryTagAtOnceInTheOtherRegions() throws Exception {
    DevCluster.Options options = options();
    try (DevCluster _ = DevCluster.start(options, region -> {});
        RegistryClient first = client(options, 0);
        RegistryClient second = client(options, 1);
        RegistryClient third = client(options, 2)) {
      List<RegistryClient> clients = List.of(first, second, third);
      for (int i = 0; i < 100; i++) {
        TestImage image = TestImage.of(i, 100);
        clients.get(i % 3).push("demo/moving", "latest", image);
        assertThat(clients.get((i + 1) % 3).resolve("demo/moving", "latest"))
            .as("push " + i)
            .isEqualTo(image.digest());
      }
    }
  }

  @Test
  void refusesDataOfAnotherCluster() throws Exception {
    Path data = directory.resolve("data");
    DevPorts ports = DevPorts.free(3);
    DevDirectory.open(data, REGIONS).close();

    assertThatThrownBy(() ->
            DevCluster.start(
                new DevCluster.Options(REGIONS.subList(0, 2), ports, data), region -> {}))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(data.toString())
        .hasMessageContaining(
            "another cluster, of the regions us-east,eu-west,ap-south: expected us-east,eu-west");
  }

  @Test
  void refusesDirectoryOfOtherFiles() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.writeString(data.resolve("thesis.txt"), "x");

    assertThatThrownBy(() -> DevDirectory.open(data, REGIONS))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("expected an empty directory");
    assertThat(data.resolve("cluster")).doesNotExist();
    assertThatThrownBy(() -> DevDirectory.open(data.resolve("thesis.txt"), REGIONS))
        .isInstanceOf(StartException.class)
        .hasMessageEndingWith("thesis.txt is not a directory");
  }

  @Test
  void namesThePortThatIsTaken() throws Exception {
    DevCluster.Options options = options();
    int taken = options.ports().first() + 201;
    try (ServerSocket _ = new ServerSocket(taken, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> DevCluster.start(options, region -> {}))
          .isInstanceOf(StartException.class)
          .hasMessage("port " + taken + " of 127.0.0.1 is in use: choose others with --port");
    }
    assertThat(options.data()).doesNotExist();
  }

  private DevCluster.Options options() throws StartException {
    return new DevCluster.Options(REGIONS, DevPorts.free(3), directory.resolve("data"));
  }

  private static RegistryClient client(DevCluster.Options options, int region) {
    return RegistryClient.of(options.url(REGIONS.get(region)));
  }
}
