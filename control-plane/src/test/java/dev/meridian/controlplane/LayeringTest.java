package dev.meridian.controlplane;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which package may import which. The table of CONTRIBUTING.md says the same. */
class LayeringTest {

  private static final String ROOT = "dev.meridian.controlplane";
  private static final String PROTO = "dev.meridian.proto..";
  private static final String MODEL = "dev.meridian.model..";
  private static final String BACKUP = "dev.meridian.backup..";
  private static final String ACCESS = "dev.meridian.access..";
  private static final String SECRETS = "dev.meridian.secrets..";
  private static final String TLS = "dev.meridian.tls..";

  private static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          entry("store", Set.of(ACCESS, MODEL, PROTO)),
          entry("apply", Set.of(inModule("store"), ACCESS, MODEL, PROTO)),
          entry(
              "apply.access",
              Set.of(inModule("apply.command"), inModule("store"), ACCESS, MODEL, PROTO)),
          entry("apply.command", Set.of(inModule("store"), MODEL, PROTO)),
          entry("apply.copies", Set.of(inModule("apply.command"), inModule("store"), MODEL, PROTO)),
          entry("query", Set.of(inModule("apply"), inModule("store"), ACCESS, MODEL, PROTO)),
          entry("disk", Set.of(inModule("query"), inModule("store"), MODEL, PROTO)),
          entry(
              "raft",
              Set.of(
                  inModule("disk"),
                  inModule("query"),
                  inModule("apply"),
                  inModule("store"),
                  MODEL,
                  TLS,
                  PROTO)),
          entry(
              "backup",
              Set.of(
                  inModule("raft"),
                  inModule("disk"),
                  inModule("apply"),
                  inModule("store"),
                  BACKUP,
                  MODEL,
                  PROTO)),
          entry("prepare", Set.of(ACCESS, SECRETS, MODEL, PROTO)),
          entry(
              "cluster",
              Set.of(
                  inModule("prepare"),
                  inModule("raft"),
                  inModule("disk"),
                  inModule("query"),
                  inModule("apply"),
                  ACCESS,
                  SECRETS,
                  MODEL,
                  TLS,
                  PROTO)),
          entry(
              "rpc",
              Set.of(
                  inModule("backup"),
                  inModule("cluster"),
                  inModule("prepare"),
                  inModule("raft"),
                  inModule("disk"),
                  inModule("query"),
                  inModule("apply"),
                  ACCESS,
                  SECRETS,
                  BACKUP,
                  MODEL,
                  TLS,
                  PROTO)),
          entry(
              "rpc.admin",
              Set.of(
                  inModule("rpc.calls"),
                  inModule("rpc.login"),
                  inModule("backup"),
                  inModule("cluster"),
                  inModule("prepare"),
                  inModule("raft"),
                  inModule("disk"),
                  inModule("query"),
                  inModule("apply"),
                  ACCESS,
                  BACKUP,
                  MODEL,
                  PROTO)),
          entry(
              "rpc.calls",
              Set.of(
                  inModule("cluster"),
                  inModule("prepare"),
                  inModule("raft"),
                  inModule("disk"),
                  inModule("query"),
                  inModule("apply.command"),
                  ACCESS,
                  MODEL,
                  TLS,
                  PROTO)),
          entry(
              "rpc.login",
              Set.of(
                  inModule("rpc.calls"),
                  inModule("prepare"),
                  inModule("raft"),
                  inModule("disk"),
                  inModule("query"),
                  ACCESS,
                  SECRETS,
                  MODEL,
                  PROTO)),
          entry("cli", Set.of(ACCESS, BACKUP, SECRETS, MODEL, TLS, PROTO)),
          entry(
              "cli.access",
              Set.of(
                  inModule("cli.client"), inModule("cli.output"), ACCESS, SECRETS, MODEL, PROTO)),
          entry("cli.certs", Set.of(inModule("cli.client"), inModule("cli.output"), TLS)),
          entry("cli.checks", Set.of(inModule("cli.client"), inModule("cli.output"), MODEL, PROTO)),
          entry(
              "cli.contexts",
              Set.of(inModule("cli.client"), inModule("cli.output"), ACCESS, MODEL, TLS)),
          entry("cli.copies", Set.of(inModule("cli.client"), inModule("cli.output"), MODEL, PROTO)),
          entry("cli.client", Set.of(inModule("cli.output"), MODEL, TLS, PROTO)),
          entry("cli.output", Set.of()));

  /** The packages that may import these. */
  private static final Map<String, Set<String>> ONLY_IN =
      Map.of(
          "org.rocksdb..", Set.of("store"),
          "org.apache.ratis..", Set.of("raft"),
          "org.bouncycastle..", Set.of("cli.certs"),
          "tools.jackson..", Set.of("prepare", "cli"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void packagesImportOnlyWhatTheTableAllows() {
    MAY_IMPORT.forEach((name, allowed) -> {
      List<String> packages = new ArrayList<>(allowed);
      packages.add(inModule(name));
      noClasses()
          .that()
          .resideInAPackage(inModule(name))
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("dev.meridian..")
                  .and(resideOutsideOfPackages(packages.toArray(String[]::new))))
          .allowEmptyShould(true)
          .check(CLASSES);
    });
  }

  @Test
  void everyPackageIsInTheTable() {
    Set<String> packages =
        CLASSES.stream()
            .map(type -> type.getPackageName())
            .filter(name -> !name.equals(ROOT))
            .map(name -> name.substring(ROOT.length() + 1))
            .collect(Collectors.toSet());
    assertThat(MAY_IMPORT.keySet()).containsAll(packages);
  }

  @Test
  void nobodyImportsTheWiring() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT)
        .check(CLASSES);
  }

  @Test
  void librariesStayInTheirPackage() {
    ONLY_IN.forEach((library, names) ->
        noClasses()
            .that()
            .resideOutsideOfPackages(
                names.stream().map(LayeringTest::inModule).toArray(String[]::new))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(library)
            .check(CLASSES));
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  /** Apply gives the same on every replica, so nothing in it may differ between two machines. */
  @Test
  void applyIsDeterministic() {
    noClasses()
        .that()
        .resideInAPackage(inModule("apply"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.net..", "java.nio.file..", "java.io..", "java.util.concurrent..")
                .or(
                    belongToAnyOf(
                        Random.class,
                        SecureRandom.class,
                        UUID.class,
                        Clock.class,
                        Instant.class,
                        Thread.class,
                        System.class)))
        .check(CLASSES);
  }

  private static String inModule(String name) {
    return ROOT + "." + name + "..";
  }
}
