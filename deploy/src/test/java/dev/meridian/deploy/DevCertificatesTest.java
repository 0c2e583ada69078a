package dev.meridian.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.meridian.controlplane.cli.certs.PemFiles;
import dev.meridian.model.RegionId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevCertificatesTest {

  private static final List<RegionId> REGIONS = List.of(RegionId.parse("us-east"));

  @TempDir private Path data;

  private byte[] key(String name) throws IOException {
    return Files.readAllBytes(PemFiles.in(data.resolve("tls"), name).key());
  }

  private DevCertificates prepared(Duration later) throws StartException {
    DevCertificates certificates =
        DevCertificates.in(data, InstantSource.fixed(Instant.now().plus(later)));
    certificates.prepare("dev", REGIONS);
    return certificates;
  }

  @Test
  void stayOverRestartsUntilTheyAreAboutToExpire() throws Exception {
    DevCertificates certificates = prepared(Duration.ZERO);
    byte[] authority = key("ca");
    byte[] first = key("us-east");
    byte[] http = key("us-east-http");

    prepared(Duration.ofDays(300));
    assertThat(key("us-east")).isEqualTo(first);

    prepared(Duration.ofDays(340));
    assertThat(key("us-east")).isNotEqualTo(first);
    assertThat(key("us-east-http")).isNotEqualTo(http);
    assertThat(key("ca")).isEqualTo(authority);
    assertThat(certificates.authority())
        .hasSameBinaryContentAs(data.resolve("tls/ca.crt"))
        .hasFileName("ca.crt");
  }

  @Test
  void areIssuedAnewByANewAuthority() throws Exception {
    prepared(Duration.ZERO);
    byte[] first = key("us-east");
    PemFiles.in(data.resolve("tls"), "ca").delete();

    DevCertificates certificates = prepared(Duration.ZERO);

    assertThat(key("us-east")).isNotEqualTo(first);
    assertThat(certificates.authority()).hasSameBinaryContentAs(data.resolve("tls/ca.crt"));
  }

  @Test
  void saysWhichFileIsBroken() throws Exception {
    prepared(Duration.ZERO);
    Path broken = PemFiles.in(data.resolve("tls"), "us-east").certificate();
    Files.writeString(broken, "nonsense");

    assertThatThrownBy(() -> prepared(Duration.ZERO))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(broken + " holds no certificate");
  }
}
