package dev.meridian.deploy.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.controlplane.ControlPlaneConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExamplesTest {

  @ParameterizedTest
  @CsvSource({"us-east, 0", "eu-west, 1", "ap-south, 2"})
  void threeRegionsUseThePortsOfDev(String region, int index) throws ConfigException {
    Path file = Path.of("examples/three-regions", region + ".yaml");

    ProcessConfig config = ConfigFile.read(file, Map.of());

    assertThat(config.region()).hasToString(region);
    assertThat(config.http()).hasToString("127.0.0.1:" + (5000 + index));
    assertThat(config.node().orElseThrow().internal().addr())
        .isEqualTo("127.0.0.1:" + (5100 + index));
    ControlPlaneConfig server = config.controlPlane().orElseThrow();
    assertThat(server.grpcAddress()).isEqualTo("127.0.0.1:" + (5200 + index));
    assertThat(server.raftAddress()).isEqualTo("127.0.0.1:" + (5300 + index));
    assertThat(server.data()).isEqualTo(Path.of("./data", region));
  }
}
