package dev.meridian.deploy.settings;

import dev.meridian.deploy.settings.Settings.Role;
import dev.meridian.tls.ClusterCertificates;
import dev.meridian.tls.HttpCertificate;
import dev.meridian.tls.PeerRole;
import dev.meridian.tls.TlsFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the settings say of certificates, and that the files are fit for it. */
final class TlsRules {

  private static final List<Setting<Path>> HTTP =
      List.of(Settings.HTTP_TLS_CERTIFICATE, Settings.HTTP_TLS_KEY);
  private static final List<Setting<Path>> CLUSTER =
      List.of(Settings.TLS_CA, Settings.TLS_CERTIFICATE, Settings.TLS_KEY);

  private final WrittenSettings written;

  TlsRules(WrittenSettings written) {
    this.written = written;
  }

  /** The certificate of the public listener, if there is one. */
  Optional<HttpCertificate> http() throws ConfigException {
    return isGiven(HTTP)
        ? Optional.of(
            new HttpCertificate(
                written.get(Settings.HTTP_TLS_CERTIFICATE), written.get(Settings.HTTP_TLS_KEY)))
        : Optional.empty();
  }

  /** Who the process is in its cluster, if that is told. */
  Optional<ClusterCertificates> cluster() throws ConfigException {
    return isGiven(CLUSTER)
        ? Optional.of(
            new ClusterCertificates(
                written.get(Settings.TLS_CA),
                written.get(Settings.TLS_CERTIFICATE),
                written.get(Settings.TLS_KEY)))
        : Optional.empty();
  }

  /** Whether processes know one another, so that they may talk over a network. */
  boolean isMutual() {
    return isGiven(CLUSTER);
  }

  private boolean isGiven(List<Setting<Path>> settings) {
    return settings.stream().allMatch(written::has);
  }

  /** What is wrong; with the settings first, since then the files say nothing. */
  List<String> problems() throws ConfigException {
    List<String> problems = new ArrayList<>();
    problems.addAll(incomplete(HTTP));
    problems.addAll(incomplete(CLUSTER));
    HostAndPort http = written.get(Settings.HTTP_ADDR);
    if (HTTP.stream().noneMatch(written::has)
        && !http.isLoopback()
        && !written.get(Settings.HTTP_PLAIN_TEXT)) {
      problems.addAll(
          refused(
              Settings.HTTP_ADDR,
              http
                  + " is reached from other hosts, in plain text: expected http.tls.certificate and"
                  + " http.tls.key, or http.plaintext: true where a load balancer ends TLS"));
    }
    if (problems.isEmpty()) {
      problems.addAll(unfit());
    }
    return problems;
  }

  private List<String> incomplete(List<Setting<Path>> settings) {
    String all = settings.stream().map(Setting::path).collect(Collectors.joining(", "));
    return settings.stream().anyMatch(written::has)
        ? settings.stream()
            .filter(setting -> !written.has(setting))
            .flatMap(
                setting -> refused(setting, "is missing: expected all or none of " + all).stream())
            .toList()
        : List.of();
  }

  private List<String> unfit() throws ConfigException {
    List<String> problems = new ArrayList<>();
    try {
      http().ifPresent(HttpCertificate::read);
    } catch (TlsFileException e) {
      problems.addAll(refused(e));
    }
    try {
      Optional<ClusterCertificates> cluster = cluster();
      if (cluster.isPresent()) {
        cluster
            .get()
            .check(
                written.get(Settings.CLUSTER),
                written.get(Settings.ROLES).stream()
                    .map(TlsRules::identity)
                    .collect(Collectors.toSet()));
      }
    } catch (TlsFileException e) {
      problems.addAll(refused(e));
    }
    return problems;
  }

  private static PeerRole identity(Role role) {
    return switch (role) {
      case CONTROL_PLANE -> PeerRole.SERVER;
      case NODE -> PeerRole.NODE;
    };
  }

  private List<String> refused(TlsFileException problem) {
    Setting<?> setting =
        Settings.ALL.stream()
            .filter(each -> each.path().equals(problem.setting()))
            .findFirst()
            .orElseThrow();
    return refused(setting, problem.reason());
  }

  private List<String> refused(Setting<?> setting, String reason) {
    return written.refused(setting, reason).problems();
  }
}
