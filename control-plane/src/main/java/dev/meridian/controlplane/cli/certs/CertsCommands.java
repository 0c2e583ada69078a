package dev.meridian.controlplane.cli.certs;

import static dev.meridian.controlplane.cli.output.Field.text;

import dev.meridian.controlplane.cli.client.AdminException;
import dev.meridian.controlplane.cli.output.Item;
import dev.meridian.controlplane.cli.output.Printer;
import dev.meridian.tls.PeerRole;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Certificates for a cluster. */
@Command(name = "certs", description = "Certificates for TLS: init, issue. No server is asked.")
public final class CertsCommands {

  /** A certificate that is nobody's in the cluster. */
  private static final String HTTP = "http";

  private final Supplier<Optional<Path>> authority;
  private final Supplier<Printer> printer;

  @Spec private CommandSpec spec;

  /**
   * @param authority what the option {@code --ca} says, which all commands have
   * @param printer of the results
   */
  public CertsCommands(Supplier<Optional<Path>> authority, Supplier<Printer> printer) {
    this.authority = authority;
    this.printer = printer;
  }

  @Command(
      name = "init",
      header = "Makes the authority that signs the certificates of a cluster.",
      description =
          "Writes ca.crt, which every process and client gets, and ca.key, which none needs: keep"
              + " it to yourself. It is valid for ten years.",
      footer = "  meridianctl certs init --out ca --cluster demo")
  void init(
      @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where to.")
          Path out,
      @Option(
              names = "--cluster",
              paramLabel = "NAME",
              defaultValue = "meridian",
              description = "As the setting cluster says; default ${DEFAULT-VALUE}.")
          String cluster) {
    X509Certificate certificate =
        written(() -> CertificateAuthority.create(out, cluster, InstantSource.system()))
            .certificate();
    PemFiles files = PemFiles.in(out, CertificateAuthority.NAME);
    printer
        .get()
        .done(
            "%s and %s: the authority of the cluster %s, until %s"
                .formatted(files.certificate(), files.key(), cluster, end(certificate)),
            describe(files, cluster, certificate));
  }

  @Command(
      name = "issue",
      header = "Issues a certificate to a process or an operator.",
      description =
          "Writes NAME.crt and NAME.key. Here --ca is the directory with ca.crt and ca.key. Nodes"
              + " and metadata servers get the names and addresses by which the others reach them;"
              + " a process that is both gets both roles. The role http is for the public"
              + " listener.",
      footer = {
        "  meridianctl certs issue --ca ca --role node,server --name us-east --host"
            + " us-east.example,10.0.0.1 --out us-east",
        "  meridianctl certs issue --ca ca --role http --name registry --host registry.example"
            + " --out us-east",
        "  meridianctl certs issue --ca ca --role operator --name alice --out alice"
      })
  void issue(
      @Option(
              names = "--role",
              paramLabel = "ROLE",
              required = true,
              split = ",",
              description = "node, server, operator or several of them; or http.")
          List<String> roles,
      @Option(names = "--name", paramLabel = "NAME", required = true, description = "Who gets it.")
          String name,
      @Option(
              names = "--host",
              paramLabel = "HOST",
              split = ",",
              description = "A DNS name or an address; an operator needs none.")
          List<String> hosts,
      @Option(names = "--out", paramLabel = "DIR", required = true, description = "Where to.")
          Path out,
      @Option(
              names = "--days",
              paramLabel = "N",
              defaultValue = "365",
              description = "For how long; default ${DEFAULT-VALUE}.")
          int days) {
    Path directory = authority.get().orElseThrow(this::missingAuthority);
    PemFiles files = PemFiles.in(out, name);
    CertificateOrder order =
        valid(new OrderOptions(name, roles, hosts == null ? List.of() : hosts, days));
    CertificateAuthority signer =
        written(() -> CertificateAuthority.open(directory, InstantSource.system()));
    X509Certificate certificate = written(() -> signer.issue(order, files));
    printer
        .get()
        .done(
            "%s and %s: %s of %s, until %s"
                .formatted(
                    files.certificate(),
                    files.key(),
                    String.join(" and ", roles),
                    signer.cluster(),
                    end(certificate)),
            describe(files, signer.cluster(), certificate));
  }

  /** What the command line says of a certificate. */
  private record OrderOptions(String name, List<String> roles, List<String> hosts, int days) {

    CertificateOrder order() {
      return new CertificateOrder(name, parsed(), hosts, Duration.ofDays(days));
    }

    private Set<PeerRole> parsed() {
      if (roles.equals(List.of(HTTP))) {
        return Set.of();
      }
      Set<PeerRole> parsed = EnumSet.noneOf(PeerRole.class);
      for (String role : roles) {
        parsed.add(
            PeerRole.of(role)
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "the role \""
                            + role
                            + "\" is not valid: expected node, server, operator or several of"
                            + " them, or http alone")));
      }
      return parsed;
    }
  }

  private CertificateOrder valid(OrderOptions options) {
    try {
      return options.order();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.subcommands().get("issue"), e.getMessage(), e);
    }
  }

  private ParameterException missingAuthority() {
    return new ParameterException(
        spec.subcommands().get("issue"), "Missing required option: '--ca=DIR'");
  }

  /** What may fail with files. */
  private interface Step<T> {
    T run() throws IOException;
  }

  private static <T> T written(Step<T> step) {
    try {
      return step.run();
    } catch (FileAlreadyExistsException e) {
      throw AdminException.failed(
          e.getFile() + " exists already, and is not overwritten: nothing was done", e);
    } catch (IOException e) {
      throw AdminException.failed("the files cannot be written: " + e, e);
    } catch (IllegalArgumentException e) {
      throw AdminException.failed(e.getMessage(), e);
    }
  }

  private static String end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().toString();
  }

  private static Item describe(PemFiles files, String cluster, X509Certificate certificate) {
    return new Item(
        List.of(
            text("certificate", files.certificate().toString()),
            text("key", files.key().toString()),
            text("cluster", cluster),
            text("not_after", end(certificate))));
  }
}
